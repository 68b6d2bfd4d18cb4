import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { AgentId, TaskId } from "@boocode/shared/ids";
import type { AcpScenario, AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { describe, expect, it } from "vitest";
import { say, setUpScripted } from "./acp-fixture.ts";

const talk = (text: string): AcpStep => ({ do: "say", text });
const noticesOf = ({ events }: Awaited<ReturnType<typeof say>>) => events.flatMap((event) => (event.type === "notice" ? [event.text] : []));

describe("An agent that answers prompts with errors", () => {
  it.each<[string, { code?: number; message: string }[]]>([
    ["it has lost its session", [{ code: -32_002, message: "Resource not found" }]],
    ["the program behind it has died", [{ message: "Internal error: The agent process exited unexpectedly." }]],
    ["it says the same twice", [{ message: "Stream closed" }, { message: "Stream closed" }]],
  ])("is ended when %s, and the next prompt goes on in another process", async (_, failures) => {
    const prompts = failures.map((failure): AcpStep[] => [{ do: "fail", ...failure }]);
    await using subject = await setUpScripted({ prompts });
    const conversation = await subject.backend.open(subject.opening);
    for (const { message } of failures) {
      expect(await say(conversation, "Go")).toMatchObject({ end: { state: "failed", cause: "agent_error", evidence: { message } } });
    }
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next).toMatchObject({ agentSessionId: "session-1", continuity: "resumed" });
    // BooCode ended it, so this does not count as a death.
    expect(subject.deaths).toEqual([]);
  });

  it("is asked again in another process when it had lost its session before it did anything", async () => {
    const gone: AcpStep = { do: "fail", code: -32_002, message: "Resource not found" };
    await using subject = await setUpScripted({ prompts: [[talk("Fine")], [gone]] });
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "Go");
    // The other process begins the script anew.
    expect(await say(conversation, "Again")).toMatchObject({ text: "Fine", end: { state: "completed" } });
    expect(conversation).toMatchObject({ agentSessionId: "session-1", continuity: "resumed" });
    expect(subject.deaths).toEqual([]);
  });

  it("is not asked again once it has said something", async () => {
    const prompts: AcpStep[][] = [[talk("I begin"), { do: "fail", code: -32_002, message: "Resource not found" }]];
    await using subject = await setUpScripted({ prompts });
    const conversation = await subject.backend.open(subject.opening);
    expect(await say(conversation, "Go")).toMatchObject({ text: "I begin", end: { state: "failed", cause: "agent_error" } });
    await conversation.closed;
  });

  it("is kept after a temporary error", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "fail", message: "Overloaded" }], [talk("Fine")]] });
    const conversation = await subject.backend.open(subject.opening);
    expect(await say(conversation, "Go")).toMatchObject({ end: { state: "failed" } });
    expect(await say(conversation, "Go")).toMatchObject({ text: "Fine", end: { state: "completed" } });
  });
});

describe("Going on with an earlier session", () => {
  async function reopen(scenario: Partial<AcpScenario>) {
    const subject = await setUpScripted({ prompts: [[talk("Fine")]], ...scenario });
    const first = await subject.backend.open(subject.opening);
    await say(first, "Go");
    await first.close();
    const second = await subject.backend.open({ ...subject.opening, resume: first.agentSessionId });
    return { subject, second, turn: await say(second, "Again"), [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose]() };
  }

  it("is retried after a temporary error", async () => {
    await using again = await reopen({ failsFirst: { "session/load": 2 } });
    expect(again.second).toMatchObject({ agentSessionId: "session-1", continuity: "resumed" });
    expect(noticesOf(again.turn)).toEqual([]);
  });

  it("is abandoned with one notice that names the earlier session's id if the error persists", async () => {
    await using again = await reopen({ failsOn: ["session/load"] });
    expect(again.second).toMatchObject({ agentSessionId: "session-2", continuity: "new" });
    expect(noticesOf(again.turn)).toEqual([
      "The agent could not resume its session session-1 and began a new one. It knows of the earlier conversation only what it is told now. It answered: Scripted failure",
    ]);
    expect(noticesOf(await say(again.second, "Once more"))).toEqual([]);
  });
});

/** Too long to be said twice by chance. */
const LONG = "Once upon a time there was a daemon that never lost a word.";

describe("What an agent replays of an earlier session", () => {
  const place = { key: "", firstSeq: 0, lastSeq: 0, at: 0, taskId: TaskId.parse("tsk_0") };
  const items = [
    { ...place, kind: "prompt", promptId: "p", agent: "scripted", model: "", mode: "", text: "Go" },
    { ...place, kind: "text", partId: "part-1", isStreaming: false, text: LONG },
  ] as TranscriptItem[];

  it.each(["after the answer", "with the next prompt"] as const)("is not the next turn's, also when it comes %s", async (replays) => {
    // The next process starts its script again and gives the same answer, which counts as new.
    const prompts: AcpStep[][] = [[talk(LONG)]];
    await using subject = await setUpScripted({ prompts, replays }, { history: { read: async () => items } });
    const first = await subject.backend.open(subject.opening);
    await say(first, "Go");
    await first.close();
    const second = await subject.backend.open({ ...subject.opening, resume: first.agentSessionId });
    let began = 0;
    second.onUnasked?.(() => (began += 1));
    expect(await say(second, "Again")).toMatchObject({ text: LONG, end: { state: "completed" } });
    expect(began).toBe(0);
  });

  it.each([
    ["left out when it comes before the next prompt", "after the answer", LONG, []],
    [
      "shown, with a notice, when nothing proves that it is no answer",
      "with the next prompt",
      LONG + LONG,
      ["The agent loaded its earlier session and may have repeated what it said before."],
    ],
  ] as const)("without the person's prompts is %s", async (_, replays, text, notices) => {
    const prompts: AcpStep[][] = [[talk(LONG)]];
    await using subject = await setUpScripted({ prompts, replays, replaysWithoutPrompts: true }, { history: { read: async () => items } });
    const first = await subject.backend.open(subject.opening);
    await say(first, "Go");
    await first.close();
    const turn = await say(await subject.backend.open({ ...subject.opening, resume: first.agentSessionId }), "Again");
    expect(turn).toMatchObject({ text, end: { state: "completed" } });
    expect(noticesOf(turn)).toEqual(notices);
  });
});

describe("The model that answers", () => {
  const choice = (value: string) => ({ value, name: value });
  const configOptions = [{ id: "the-model", category: "model", currentValue: "old", options: [choice("old"), choice("demo")] }];
  const ours = {
    agent: AgentId.parse("goose"),
    endpoints: () => [{ id: "coder", baseUrl: "http://127.0.0.1:9/v1", apiKey: null, isScripted: true }],
    listEndpointModels: async () => [],
  };

  it("is told to an agent that keeps another one than its environment names", async () => {
    await using subject = await setUpScripted({ prompts: [[talk("Fine")]], session: { configOptions } }, ours);
    const conversation = await subject.backend.open({ ...subject.opening, model: "coder/demo" });
    expect(await say(conversation, "Go", undefined, { model: "coder/demo" })).toMatchObject({ end: { model: "coder/demo" } });
    const states = JSON.parse(await readFile(join(subject.home.path, "state.json"), "utf8")) as object;
    expect(states).toMatchObject({ "session-1": { model: "demo" } });
  });

  it.each([
    ["one of ours", ours, "coder/demo"],
    ["one of its own", {}, "demo"],
  ])("is shown as the agent says where it was told %s and keeps to another", async (_, options, model) => {
    await using subject = await setUpScripted({ prompts: [[talk("Fine")]], session: { configOptions }, keepsModel: "old" }, options);
    const conversation = await subject.backend.open({ ...subject.opening, model });
    const turn = await say(conversation, "Go", undefined, { model });
    expect(turn.end.model).toBe("old");
    expect(noticesOf(turn)).toEqual(["The agent keeps its model old instead of demo."]);
  });
});

it("receives the last words and the end of a tool that arrive after the answer to the prompt", async () => {
  const call = {
    sessionUpdate: "tool_call",
    toolCallId: "c",
    title: "ls",
    kind: "execute",
    status: "in_progress",
    rawInput: { command: "ls" },
  };
  const late: AcpStep[] = [
    { do: "end" },
    { do: "pause", ms: 100 },
    talk("world"),
    { do: "emit", update: { sessionUpdate: "tool_call_update", toolCallId: "c", status: "completed", rawOutput: "a.txt" } },
  ];
  await using subject = await setUpScripted({ prompts: [[talk("Hello "), { do: "emit", update: call }, ...late]] });
  const turn = await say(await subject.backend.open(subject.opening), "Go");
  expect(turn).toMatchObject({ text: "Hello world", end: { state: "completed" } });
  expect(turn.events.findLast(({ type }) => type === "tool.updated")).toMatchObject({ status: "completed", result: { output: "a.txt" } });
});

it("takes no next prompt in the moment of an error: what the agent still says is the failed turn's", async () => {
  const failing: AcpStep[] = [talk("Half"), { do: "fail", message: "Overloaded" }, { do: "pause", ms: 50 }, talk(" a word")];
  await using subject = await setUpScripted({ prompts: [failing, [talk("Fine")]] });
  const conversation = await subject.backend.open(subject.opening);
  expect(await say(conversation, "Go")).toMatchObject({ text: "Half a word", end: { state: "failed" } });
  expect(await say(conversation, "Again")).toMatchObject({ text: "Fine", end: { state: "completed" } });
});

it("takes what it says of a session before it has named it: its commands at once, its words in a turn of their own", async () => {
  const early = [
    { sessionUpdate: "available_commands_update", availableCommands: [{ name: "review", description: "Looks" }] },
    { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "Welcome" } },
  ];
  await using subject = await setUpScripted({ prompts: [[talk("Fine")]], early });
  const conversation = await subject.backend.open(subject.opening);
  const commands = await new Promise<readonly { name: string }[]>((resolve) => conversation.onCommands?.(resolve));
  expect(commands.map(({ name }) => name)).toEqual(["review"]);
  await new Promise<void>((resolve) => conversation.onUnasked?.(resolve));
  expect(await say(conversation, "Go")).toMatchObject({ text: "Fine" });
  const events: AgentEvent[] = [];
  await conversation.follow!({ taskId: TaskId.parse("task_own"), generation: 2, emit: async (event) => void events.push(event) });
  expect(events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("")).toBe("Welcome");
});

it("keeps what it began by itself before it was gone for the turn that was accepted for that", async () => {
  const alone: AcpStep[] = [talk("Fine"), { do: "end" }, { do: "pause", ms: 1_500 }, talk("By the way"), { do: "exit", code: 0 }];
  await using subject = await setUpScripted({ prompts: [alone] });
  const first = await subject.backend.open(subject.opening);
  expect(await say(first, "Go")).toMatchObject({ text: "Fine", end: { state: "completed" } });
  let began = 0;
  first.onUnasked?.(() => (began += 1));
  await first.closed;
  expect(began).toBe(1);
  const second = await subject.backend.open({ ...subject.opening, resume: first.agentSessionId });
  const events: AgentEvent[] = [];
  const emit = async (event: AgentEvent) => void events.push(event);
  const end = await second.follow!({ taskId: TaskId.parse("task_own"), generation: 2, emit });
  expect(end.state).toBe("completed");
  expect(events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("")).toBe("By the way");
  expect(await say(second, "Again")).toMatchObject({ text: "Fine" });
});

describe("A stop", () => {
  it("answers the same question as cancelled when it is asked again in a later turn, and asks it the time after", async () => {
    const ask = {
      do: "askPermission" as const,
      title: "Run ls",
      rawInput: { command: "ls" },
      then: { allow: [talk("Allowed")], "": [talk("Nobody")] },
    };
    await using subject = await setUpScripted({ prompts: [[ask], [ask], [ask]] });
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "One", (event) => event.type === "permission.requested" && void conversation.cancel());
    const second = await say(conversation, "Two");
    expect(second.text).toBe("Nobody");
    expect(second.events.some(({ type }) => type === "permission.requested")).toBe(false);
    const third = await say(conversation, "Three", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "allow");
    });
    expect(third.text).toBe("Allowed");
  });

  it.each([
    ["says nothing of how it ended", {}, "cancelled"],
    ["says its exit code", { rawOutput: { exit_code: 0 } }, "completed"],
  ])("leaves a command that is completed at once and %s as it is", async (_, more, status) => {
    const call = { sessionUpdate: "tool_call", toolCallId: "c", title: "sleep", kind: "execute", rawInput: { command: "sleep 9" } };
    const done = { sessionUpdate: "tool_call_update", toolCallId: "c", status: "completed", ...more };
    const steps: AcpStep[] = [{ do: "emit", update: { ...call, status: "in_progress" } }, { do: "hang" }];
    await using subject = await setUpScripted({ prompts: [steps], onCancel: [{ do: "emit", update: done }] });
    const conversation = await subject.backend.open(subject.opening);
    const { events } = await say(conversation, "Go", (event) => event.type === "tool.started" && void conversation.cancel());
    expect(events.findLast(({ type }) => type === "tool.updated")).toMatchObject({ status });
  });

  it("leaves nothing that the agent would go on with by itself: what still comes is passed over", async () => {
    const onCancel: AcpStep[] = [{ do: "end", stopReason: "cancelled" }, talk("late")];
    await using subject = await setUpScripted({ prompts: [[talk("Busy"), { do: "hang" }], [talk("Next")]], onCancel });
    const conversation = await subject.backend.open(subject.opening);
    let began = 0;
    conversation.onUnasked?.(() => (began += 1));
    await say(conversation, "Go", (event) => event.type === "text.delta" && void conversation.cancel());
    await expect.poll(() => subject.logged.some(({ message }) => message.includes("after its turn"))).toBe(true);
    expect(began).toBe(0);
    expect(await say(conversation, "And now")).toMatchObject({ text: "Next" });
  });

  it("that nobody asked for is the end of the process, where that is what it was", async () => {
    await using subject = await setUpScripted({
      prompts: [[talk("Busy"), { do: "end", stopReason: "cancelled" }, { do: "exit", code: 143 }]],
    });
    const { end } = await say(await subject.backend.open(subject.opening), "Go");
    expect(end).toMatchObject({ state: "interrupted", cause: "agent_exit", evidence: { exitCode: 143 } });
  });
});

it.each([
  ["its first words", "echo 'Error: no such file' >&2; echo '  at line 1' >&2; exit 3", "It said: Error: no such file"],
  [
    "what it wrote in place of the protocol",
    "echo 'Welcome to the wrong program'; exit 0",
    "In place of the protocol it wrote: “Welcome to the wrong program”",
  ],
])("An agent that does not start is quoted with %s", async (_, script, words) => {
  await using subject = await setUpScripted({ prompts: [[]] }, { findCommand: async () => ({ argv: ["/bin/sh", "-c", script], env: {} }) });
  await expect(subject.backend.open(subject.opening)).rejects.toMatchObject({
    fault: { kind: "agent_unavailable", hint: expect.stringContaining(words) },
  });
});
