import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { describeBackendContract } from "../backend-contract.ts";
import { readText, say, setUpScripted, silentLogger, steer, TASK, toContractScript } from "./opencode-fixture.ts";

type Reply = ReturnType<Parameters<typeof setUpScripted>[0]["script"]>;
const text = (said: string, more: Partial<Reply> = {}): Reply => ({ steps: [{ do: "say", text: said }], ...more });

describeBackendContract("A scripted opencode", async (turns) => {
  const { barriers, script } = toContractScript(turns);
  const subject = await setUpScripted({ script });
  return { ...subject, untilWaiting: (turn: number) => barriers[turn]!.reached };
});

it("A scripted opencode takes more of what the person wants while it runs, in the same turn", async () => {
  await using subject = await setUpScripted({ script: () => ({ steps: [{ do: "say", text: "I begin. " }, { do: "steered" }] }) });
  const conversation = await subject.backend.open(subject.opening);
  const steered: Promise<boolean>[] = [];
  const turn = await say(conversation, "Begin", ({ type }) => {
    if (type === "text.delta" && steered.length === 0) steered.push(steer(conversation, "and in red"));
  });
  expect(await Promise.all(steered)).toEqual([true]);
  expect(turn).toMatchObject({ text: "I begin. You also said: and in red", end: { state: "completed" } });
  expect(readText((await conversation.recall?.(TASK)) ?? [], "text")).toBe("I begin. You also said: and in red");
  expect(await steer(conversation, "Too late")).toBe(false);
});

it("A scripted opencode is asked nothing for a model whose endpoint was removed", async () => {
  const plain = { id: "default", baseUrl: "http://127.0.0.1:9/v1", apiKey: null, isScripted: false };
  const removed = { endpoints: () => [plain], isRemoved: (id: string) => id === "home", defaultModel: "home/llama" };
  await using subject = await setUpScripted({ script: () => text("Not this") }, removed);
  const { end, events } = await say(await subject.backend.open(subject.opening), "Go");
  const message = expect.stringContaining("“home” of the model “home/llama” was removed") as string;
  expect(end).toMatchObject({ state: "failed", cause: "agent_unavailable", evidence: { message } });
  expect([events, subject.opencode.prompts]).toEqual([[], []]);
});

describe("What a scripted opencode says", () => {
  it.each(["parts", "next", "both"] as const)("in the style %s is told once", async (style) => {
    const steps = [
      { do: "say", kind: "reasoning", text: "I think about it." },
      { do: "say", text: "First this.", finals: 2 },
      { do: "tool", tool: "bash", input: { command: "make" }, output: "made" },
      { do: "step" },
      { do: "say", text: "Then that." },
    ] as const;
    await using subject = await setUpScripted({ script: () => ({ steps, style, usage: { input: 7, output: 3 }, cost: 0.5 }) });
    const { end, text: said, thought, events } = await say(await subject.backend.open(subject.opening), "Go");
    expect(end).toMatchObject({ state: "completed" });
    expect({ said, thought }).toEqual({ said: "First this.Then that.", thought: "I think about it." });
    expect(events.filter(({ type }) => type === "tool.started")).toHaveLength(1);
    expect(events.filter((event) => event.type === "tool.updated" && event.status === "completed")).toHaveLength(1);
    expect(end.usage).toMatchObject({ inputTokens: 14, outputTokens: 6, cost: 1 });
  });

  it("before it says what kind of part it is, and again, is told once", async () => {
    await using subject = await setUpScripted({
      script: () => ({
        steps: [
          { do: "say", kind: "reasoning", text: "A late thought", isKindLate: true },
          { do: "replay", count: 6 },
          {
            do: "say",
            text: "and <dcp-message-id>m1</dcp-message-id>an answer",
            pieces: ["and <dcp-mess", "age-id>m1</dcp", "-message-id>an ", "answer"],
          },
          { do: "replay", count: 6 },
        ],
      }),
    });
    const turn = await say(await subject.backend.open(subject.opening), "Go");
    expect(turn).toMatchObject({ thought: "A late thought", text: "and an answer", end: { state: "completed" } });
  });

  it("F19: of no known kind, or no kind at all, is passed over, and logged once for each kind", async () => {
    const logged: unknown[] = [];
    const info = (fields: object) => "kind" in fields && logged.push(fields.kind);
    const somersault = { do: "event", type: "session.somersault", properties: { sessionID: 7 } } as const;
    await using subject = await setUpScripted(
      {
        script: () => ({
          steps: [
            somersault,
            { do: "event", type: "message.part.updated", properties: { part: { type: "hologram" } } },
            { do: "bytes", text: "data: {not json\n\ndata: []\n\n: comment\n\ndata: {not json either\n\n" },
            somersault,
            { do: "say", text: "All is well." },
          ],
        }),
      },
      { logger: { ...silentLogger, info } },
    );
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({
      text: "All is well.",
      end: { state: "completed" },
    });
    expect(logged).toEqual(["session.somersault", "part hologram", "no JSON", "no event"]);
  });

  it("T1, F27: with an idle and an error of the turn before, does not end this one", async () => {
    const gate = new Barrier();
    await using subject = await setUpScripted({
      script: (_, index) =>
        index === 0
          ? text("One.")
          : {
              steps: [
                { do: "orphan_error", name: "MessageAbortedError", message: "Aborted" },
                { do: "orphan_idle" },
                { do: "say", text: "Two, " },
                { do: "orphan_idle" },
                { do: "orphan_idle" },
                { do: "wait", gate },
                { do: "say", text: "whole." },
              ],
            },
    });
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "One");
    const turn = say(conversation, "Two");
    await gate.reached;
    gate.open();
    expect(await turn).toMatchObject({ text: "Two, whole.", end: { state: "completed" } });
  });
});

describe("A connection", () => {
  it.each(["drop", "end"] as const)("F6, E7: that is lost by %s in the middle of a part loses and doubles nothing", async (action) => {
    const gate = new Barrier();
    await using subject = await setUpScripted({
      script: () => ({
        steps: [
          { do: "say", text: "Before it. " },
          { do: "say", text: "In the middle.", beforeEnd: gate },
          { do: "streams", action },
          { do: "tool", tool: "bash", input: { command: "ls" }, output: "a" },
          { do: "say", text: " After it." },
        ],
      }),
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Go");
    await gate.reached;
    gate.open();
    expect(await turn).toMatchObject({ text: "Before it. In the middle. After it.", end: { state: "completed" } });
  });

  it("T5: an end without an event is found by asking", async () => {
    await using subject = await setUpScripted({ script: () => text("Said.", { isEndSilent: true }) }, { silenceMs: 300 });
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({ text: "Said." });
  });
});

describe("A stop", () => {
  it("T2: that opencode ignores still ends the turn, and the next prompt is answered", async () => {
    await using subject = await setUpScripted(
      {
        script: (_, index) => (index === 0 ? { steps: [{ do: "say", text: "I talk" }, { do: "never" }], ignoresAborts: 9 } : text("Back.")),
      },
      { fenceMs: 300 },
    );
    const conversation = await subject.backend.open(subject.opening);
    const stopped = await say(conversation, "Talk", (event) => {
      if (event.type === "text.delta") void conversation.cancel();
    });
    expect(stopped.end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    // No other turn ran, so the server is restarted.
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next.continuity).toBe("resumed");
    expect(await say(next, "Again")).toMatchObject({ text: "Back." });
    expect(subject.opencode.starts).toHaveLength(2);
  });

  it("T2: that is ignored the first time is obeyed the second time", async () => {
    await using subject = await setUpScripted({
      script: (_, index) => (index === 0 ? { steps: [{ do: "say", text: "I talk" }, { do: "never" }], ignoresAborts: 1 } : text("Next.")),
    });
    const conversation = await subject.backend.open(subject.opening);
    const begun = Promise.withResolvers<void>();
    const turn = say(conversation, "Talk", ({ type }) => void (type === "text.delta" && begun.resolve()));
    await begun.promise;
    await conversation.cancel();
    await conversation.cancel();
    expect((await turn).end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    const aborts = () => subject.opencode.requests.filter(({ path }) => path.endsWith("/abort")).length;
    await subject.opencode.until(() => aborts() === 2);
    expect(await say(conversation, "Then")).toMatchObject({ text: "Next." });
    expect(subject.opencode.starts).toHaveLength(1);
  });

  it("T2: that is not heard cuts off its own folder; a turn elsewhere ends well, and only then does the server go", async () => {
    const gate = new Barrier();
    await using elsewhere = await createTempFolder();
    await using subject = await setUpScripted(
      {
        script: ({ text: prompt }) => {
          if (prompt === "Talk") return { steps: [{ do: "say", text: "I talk" }, { do: "never" }], ignoresAborts: 9 };
          if (prompt === "Again") return text("Back.");
          return {
            steps: [
              { do: "say", text: "Not " },
              { do: "wait", gate },
              { do: "say", text: "disturbed." },
            ],
          };
        },
      },
      { fenceMs: 300 },
    );
    const other = await subject.backend.open({ ...subject.opening, worktreePath: elsewhere.path });
    const calm = say(other, "Work");
    await gate.reached;
    const conversation = await subject.backend.open(subject.opening);
    const stopped = await say(conversation, "Talk", ({ type }) => void (type === "text.delta" && conversation.cancel()));
    expect(stopped.end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    const disposed = () => subject.opencode.requests.filter(({ path }) => path === "/instance/dispose").map(({ directory }) => directory);
    await subject.opencode.until(() => disposed().length > 0);
    expect(disposed()).toEqual([subject.folder.path]);
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(await say(next, "Again")).toMatchObject({ text: "Back." });
    gate.open();
    expect(await calm).toMatchObject({ text: "Not disturbed.", end: { state: "completed" } });
    await other.closed;
    expect(subject.opencode.starts).toHaveLength(2);
    expect(subject.deaths).toEqual([]);
  });

  it("T7: whose turn is still settling does not lose the next prompt", async () => {
    const secondIdle = new Barrier();
    await using subject = await setUpScripted({
      script: (_, index) => (index === 0 ? { steps: [{ do: "say", text: "I talk" }, { do: "never" }], secondIdle } : text("Next.")),
    });
    const conversation = await subject.backend.open(subject.opening);
    const stopped = say(conversation, "Talk", (event) => {
      if (event.type === "text.delta") void conversation.cancel();
    });
    await secondIdle.reached;
    secondIdle.open();
    expect((await stopped).end).toMatchObject({ state: "cancelled" });
    expect(await say(conversation, "Then")).toMatchObject({ text: "Next.", end: { state: "completed" } });
  });
});
