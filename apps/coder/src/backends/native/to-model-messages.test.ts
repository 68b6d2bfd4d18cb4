import type { PartItem, PromptItem, ToolItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import { AgentId, PromptId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { setUpNative } from "./native-fixture.ts";
import { toModelMessages } from "./to-model-messages.ts";

const boocode = AgentId.parse("boocode");
const reader = { agent: boocode, mark: "m1" };
const tell = (items: readonly TranscriptItem[], max?: number) => toModelMessages(items, reader, max).messages;
const place = { key: "k", firstSeq: 1, lastSeq: 1, taskId: TaskId.parse("t1"), at: 0 };
const prompt = (text: string, agent = boocode): PromptItem => ({
  ...place,
  kind: "prompt",
  promptId: PromptId.parse("p"),
  agent,
  model: "",
  mode: "",
  text,
});
const says = (text: string, kind: "text" | "thought" = "text"): PartItem => ({ ...place, kind, partId: "x", text, isStreaming: false });
const tool = (change: Partial<ToolItem> = {}): ToolItem => ({
  ...place,
  kind: "tool",
  callId: "tsk_1/call-1",
  parentCallId: null,
  name: "read",
  toolKind: "read",
  title: "Read a.txt",
  paths: ["a.txt"],
  argv: null,
  cwd: null,
  input: { path: "a.txt" },
  echo: null,
  status: "completed",
  result: { output: "one\n" },
  endedAt: 0,
  ...change,
});
const ended = (state: TurnEndItem["state"], cause: TurnEndItem["cause"] = null): TurnEndItem => ({
  ...place,
  kind: "turn_end",
  state,
  agent: boocode,
  model: "m",
  cause,
  evidence: null,
  durationMs: 1,
  usage: null,
  filesChanged: 0,
  filesStaged: 0,
});

it("tells prompts, answers, and tool calls with their results, without thoughts", () => {
  const items = [
    prompt("Look"),
    says("Hm.", "thought"),
    says("I look."),
    tool(),
    says("It says one."),
    ended("completed"),
    prompt("Again"),
  ];
  expect(tell(items)).toEqual([
    { role: "user", content: "Look" },
    { role: "assistant", content: "I look." },
    { role: "assistant", content: [{ type: "tool-call", toolCallId: "tsk_1_call-1", toolName: "read", input: { path: "a.txt" } }] },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "tsk_1_call-1", toolName: "read", output: { type: "text", value: "one\n" } }],
    },
    { role: "assistant", content: "It says one." },
    { role: "user", content: "Again" },
    { role: "assistant", content: "[No answer.]" },
  ]);
});

it.each<[string, Partial<ToolItem>, string]>([
  ["an error", { status: "failed", result: { error: "it does not exist" } }, "Error: it does not exist"],
  ["a command", { status: "failed", result: { exitCode: 2, output: "oops" } }, "Exit code 2\n\noops"],
  ["an edit", { result: { patch: "@@ -1 +1 @@" } }, "@@ -1 +1 @@"],
  ["nothing", { result: {} }, "Done."],
  ["a call that a crash cut off", { status: "running", result: { output: "so far" } }, "so far\n\nError: stopped before it was done"],
  ["a flood", { result: { output: "x".repeat(9_000) } }, `${"x".repeat(5_600)}\n[1000 characters left out]\n${"x".repeat(2_400)}`],
])("tells the result of %s", (_what, change, value) => {
  expect(tell([prompt("Go"), tool(change)])[2]).toMatchObject({ content: [{ output: { type: "text", value } }] });
});

it("says of a turn that it was stopped or failed, and of another agent's what it did", () => {
  const opencode = AgentId.parse("opencode");
  const items = [
    prompt("A"),
    ended("cancelled", "stopped_by_person"),
    prompt("B"),
    ended("interrupted", "daemon_restart"),
    prompt("C", opencode),
    tool(),
    says("Done."),
  ];
  expect(tell(items).map((message) => message.content)).toEqual([
    "A",
    "[The person stopped this turn.]",
    "B",
    "[This turn did not finish: daemon_restart.]",
    "C",
    "[opencode] Read a.txt (completed)",
    "[opencode] Done.",
  ]);
});

it("keeps the newest turns that fit, each from its prompt on", () => {
  const items: TranscriptItem[] = [says("a page that begins in the middle of an answer")];
  for (let turn = 0; turn < 20; turn += 1)
    items.push(prompt(`Prompt ${turn}`), tool({ result: { output: "x".repeat(500) } }), says("Done."));
  const messages = tell(items, 3_000);
  expect(messages[0]).toMatchObject({ role: "user", content: expect.stringMatching(/^Prompt 1\d$/) as string });
  expect(messages.at(-1)).toEqual({ role: "assistant", content: "Done." });
  expect(JSON.stringify(messages).length).toBeLessThan(4_500);
  expect(JSON.stringify(tell([prompt("x".repeat(9_000))], 3_000)).length).toBeLessThan(3_000);
});

it("goes on from what was said, in a form that the endpoint understands", async () => {
  await using native = await setUpNative([{ steps: [{ kind: "text", text: "Yes." }] }], {
    items: [prompt("Look"), tool(), says("It says one."), ended("completed")],
  });
  await native.run("Is that all?");
  expect(native.model.requests[0]!.body.messages.slice(1)).toEqual([
    { role: "user", content: "Look" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "tsk_1_call-1", type: "function", function: { name: "read", arguments: '{"path":"a.txt"}' } }],
    },
    { role: "tool", tool_call_id: "tsk_1_call-1", content: "one\n" },
    { role: "assistant", content: "It says one." },
    { role: "user", content: "Is that all?" },
  ]);
});

it("keeps the last turn where it alone is too large, shortens its oldest results, and says so in the transcript", async () => {
  const reads = Array.from({ length: 40 }, (_, place) =>
    tool({ callId: `tsk_1/call-${place}`, result: { output: `${place} ${"x".repeat(9_000)}` } }),
  );
  await using native = await setUpNative([{ steps: [{ kind: "text", text: "On." }] }], {
    items: [prompt("Read them all"), ...reads, says("I have read them."), ended("completed")],
  });
  const { events } = await native.run("Go on");
  const { messages } = native.model.requests[0]!.body;
  expect(messages[1]).toEqual({ role: "user", content: "Read them all" });
  expect(messages.slice(-2)).toEqual([
    { role: "assistant", content: "I have read them." },
    { role: "user", content: "Go on" },
  ]);
  expect(messages.filter(({ role }) => role === "tool")).toHaveLength(40);
  expect(JSON.stringify(messages).length).toBeLessThan(260_000);
  expect(events[0]).toMatchObject({ type: "notice", text: expect.stringMatching(/\d+ earlier tool calls shortened/) as string });
});

it("tells a call whose arguments were no object as one without any", () => {
  expect(tell([prompt("Go"), tool({ input: '{"path":"a' }), tool({ input: null })])).toMatchObject([
    {},
    { content: [{ input: {} }] },
    {},
    { content: [{ input: {} }] },
    {},
  ]);
});
