import { describe, expect, it } from "vitest";
import { AgentId, PermissionId } from "../ids.ts";
import { acceptPrompt, answerPermission, askPermission, endTask, sayText, setText, startTool, updateTool } from "../testing/build-body.ts";
import { buildEvent } from "../testing/build.ts";
import type { ChatEventBody } from "./chat-event.ts";
import { toItem } from "./to-item.ts";
import type { TranscriptItem } from "./transcript.ts";
import { updateItem } from "./update-item.ts";

const item = (body: ChatEventBody): TranscriptItem => toItem(buildEvent(body, { seq: 1, at: 10 }), "key")!;
const update = (of: TranscriptItem, body: ChatEventBody, seq = 2) => updateItem(of, buildEvent(body, { seq, at: 50 }));

const prompt = item(acceptPrompt("go"));
const text = item(sayText("p", 0, "hello"));
const plan = item({ type: "plan.updated", entries: [{ text: "one", status: "pending" }] });
const question = item(askPermission("a1"));
const notice = item({ type: "notice", level: "info", text: "a" });
const end = item(endTask("completed"));
const started = { ...startTool("c"), name: "bash", kind: "command" as const, title: "Run make" };
const full = { argv: ["make"], cwd: "/w", parentCallId: "parent", echo: { mark: "m", extra: 1 } };
const tool = item({ ...started, ...full });

describe("a tool that is started again", () => {
  it("takes the new fields and keeps omitted ones", () => {
    const again = { ...started, name: "sh", kind: "other" as const, title: "Run it", paths: ["b"], input: 2 };
    expect(update(tool, again)).toEqual({
      ...tool,
      lastSeq: 2,
      name: "sh",
      toolKind: "other",
      title: "Run it",
      paths: ["b"],
      input: 2,
      argv: ["make"],
      cwd: "/w",
      parentCallId: "parent",
      echo: { mark: "m", extra: 1 },
    });
  });

  it("takes additional fields", () => {
    const other = { argv: ["ls"], cwd: "/x", parentCallId: "other", echo: { mark: "n", extra: 2 } };
    expect(update(tool, { ...started, ...other })).toMatchObject(other);
    expect(update(item(started), { ...started, ...full })).toMatchObject(full);
  });
});

describe("a tool update", () => {
  const cases: { name: string; body: ChatEventBody; change: object }[] = [
    {
      name: "that runs",
      body: updateTool("c", "running", { output: "a" }),
      change: { status: "running", result: { output: "a" }, endedAt: null },
    },
    {
      name: "that is over",
      body: updateTool("c", "failed", { error: "no" }),
      change: { status: "failed", result: { error: "no" }, endedAt: 50 },
    },
    {
      name: "with its files",
      body: { type: "tool.updated", callId: "c", status: "completed", result: {}, paths: ["b"] },
      change: { status: "completed", paths: ["b"], endedAt: 50 },
    },
  ];
  it.each(cases)("$name", ({ body, change }) => {
    expect(update(tool, body)).toEqual({ ...tool, lastSeq: 2, ...change });
  });

  it("keeps omitted fields; `truncatedBytes` belongs to the output it came with", () => {
    const cut = update(tool, updateTool("c", "running", { output: "a", truncatedBytes: 9, exitCode: 1 }));
    expect(update(cut, updateTool("c", "completed", { patch: "p" }), 3)).toMatchObject({
      result: { output: "a", truncatedBytes: 9, exitCode: 1, patch: "p" },
    });
    expect(update(cut, updateTool("c", "completed", { output: "b" }), 3)).toMatchObject({ result: { output: "b", exitCode: 1 } });
    expect(update(cut, updateTool("c", "completed", { output: "b" }), 3)).not.toHaveProperty("result.truncatedBytes");
  });

  it("does not restart a finished tool, but may add to its result", () => {
    const over = update(tool, updateTool("c", "completed", { output: "a" }));
    expect(update(over, updateTool("c", "running", { output: "b" }), 3)).toBe(over);
    expect(update(over, updateTool("c", "failed", { error: "no" }), 3)).toMatchObject({
      status: "failed",
      result: { output: "a", error: "no" },
    });
  });
});

describe("an update", () => {
  const edited = { ...acceptPrompt("stay"), agent: AgentId.parse("qwen"), model: "m", mode: "plan" } as ChatEventBody;
  const changes: { name: string; of: TranscriptItem; body: ChatEventBody; change: object }[] = [
    { name: "of a prompt", of: prompt, body: edited, change: { agent: "qwen", model: "m", mode: "plan", text: "stay" } },
    { name: "of a part", of: text, body: sayText("p", 5, " you"), change: { text: "hello you" } },
    { name: "of a part, which overlaps it", of: text, body: sayText("p", 3, "lo you"), change: { text: "hello you" } },
    { name: "of a part as a whole", of: text, body: setText("p", "bye"), change: { text: "bye" } },
    {
      name: "of a part's kind",
      of: text,
      body: { type: "part.set", partId: "p", kind: "thought", firstSeq: null, text: "" },
      change: { kind: "thought", text: "" },
    },
    { name: "of a plan", of: plan, body: { type: "plan.updated", entries: [] }, change: { entries: [] } },
    {
      name: "of a question",
      of: question,
      body: { type: "permission.resolved", permissionId: PermissionId.parse("a1"), optionId: "yes", by: "rule" },
      change: { resolution: { optionId: "yes", by: "rule" } },
    },
  ];
  it.each(changes)("$name", ({ of, body, change }) => {
    expect(update(of, body)).toEqual({ ...of, lastSeq: 2, ...change });
  });

  const repetitions: [string, TranscriptItem, ChatEventBody][] = [
    ["a range that is known", text, sayText("p", 0, "hell")],
    ["a range that is known up to its end", text, sayText("p", 0, "hello")],
    ["a range behind a gap", text, sayText("p", 6, "x")],
    ["a second answer", update(question, answerPermission("a1", "no")), answerPermission("a1", "yes")],
    ["a second notice", notice, { type: "notice", level: "warning", text: "b" }],
    ["a second end", end, endTask("failed")],
    ["the question itself again", question, askPermission("a1")],
  ];
  it.each(repetitions)("%s changes nothing", (_, of, body) => {
    expect(update(of, body, 9)).toBe(of);
  });

  it("that is not newer than the item changes nothing", () => {
    expect(update(text, sayText("p", 5, " you"), 1)).toBe(text);
    expect(update(prompt, edited, 0)).toBe(prompt);
  });

  const items = { prompt, text, plan, question, notice, end, tool };
  const foreign: [keyof typeof items, ChatEventBody][] = [
    ["prompt", edited],
    ["text", sayText("p", 0, "a longer text than before")],
    ["text", setText("p", "bye")],
    ["tool", startTool("c")],
    ["tool", updateTool("c", "completed", {})],
    ["plan", { type: "plan.updated", entries: [] }],
    ["question", answerPermission("a1", "yes")],
  ];
  it.each(
    foreign.flatMap(([own, body]) =>
      Object.keys(items)
        .filter((kind) => kind !== own)
        .map((kind) => ({ kind, body })),
    ),
  )("$body.type changes nothing of a $kind", ({ kind, body }) => {
    const of = items[kind as keyof typeof items];
    expect(update(of, body)).toBe(of);
  });
});
