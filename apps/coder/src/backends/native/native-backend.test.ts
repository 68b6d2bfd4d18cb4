import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId, ChatId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { describeBackendContract, type ContractTurn } from "../backend-contract.ts";
import { setUpNative, toolResults } from "./native-fixture.ts";

describeBackendContract("the scripted backend", async (turns) => {
  const folder = await createTempFolder();
  const barriers = turns.map(() => new Barrier());
  const scripts: Record<ContractTurn, (barrier: Barrier) => ScriptStep[]> = {
    speaks: () => [
      { do: "say", kind: "thought", text: "Let me see." },
      { do: "say", text: "Here it is." },
    ],
    waits: (barrier) => [
      { do: "say", text: "One moment" },
      { do: "wait", barrier },
    ],
    fails: () => [{ do: "end", end: { state: "failed", cause: "agent_error" } }],
  };
  const backend = new ScriptedBackend({ script: (_prompt, turn) => scripts[turns[turn]!](barriers[turn]!) });
  return {
    backend,
    opening: {
      chatId: ChatId.parse("c1"),
      agent: AgentId.parse("boocode"),
      worktreePath: folder.path,
      projectTrusted: false,
      resume: null,
      env: {},
    },
    untilWaiting: (turn) => barriers[turn]!.reached,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});

describeBackendContract("the native backend", async (turns) => {
  const barriers = turns.map(() => new Barrier());
  const replies: Record<ContractTurn, (barrier: Barrier) => ModelReply> = {
    speaks: () => ({
      steps: [
        { kind: "reasoning", text: "Let me see." },
        { kind: "text", text: "Here it is." },
      ],
    }),
    waits: (barrier) => ({
      steps: [
        { kind: "text", text: "One moment" },
        { kind: "wait", barrier },
      ],
    }),
    fails: () => ({ status: 500, body: "{}" }),
  };
  const native = await setUpNative((_request, index) => replies[turns[index]!](barriers[index]!));
  return { ...native, untilWaiting: (turn) => barriers[turn]!.reached, [Symbol.asyncDispose]: () => native[Symbol.asyncDispose]() };
});

it("asks the model at once, and runs no tool before the turn may act", async () => {
  const write = { kind: "tool" as const, name: "write", arguments: { path: "b.txt", text: "new" } };
  await using native = await setUpNative([
    { steps: [{ kind: "text", text: "I write." }, write] },
    { steps: [{ kind: "text", text: "Done." }] },
  ]);
  const mayAct = Promise.withResolvers<void>();
  const seen: string[] = [];
  const said = Promise.withResolvers<void>();
  const turn = native.run(
    "Go on",
    "",
    ({ type }) => {
      seen.push(type);
      if (type === "text.delta") said.resolve();
    },
    mayAct.promise,
  );
  await said.promise;
  expect(seen).not.toContain("tool.started");
  mayAct.resolve();
  expect((await turn).end.state).toBe("completed");
  expect(seen).toContain("tool.started");
});

it("runs no tool of a turn that may never act, and says why it failed", async () => {
  const write = { kind: "tool" as const, name: "write", arguments: { path: "b.txt", text: "new" } };
  await using native = await setUpNative([{ steps: [write] }]);
  const mayAct = Promise.reject(new DomainError({ kind: "git_failed", command: "write-tree", exitCode: 1, stderrTail: "" }));
  mayAct.catch(() => {});
  const { end, events } = await native.run("Go on", "", undefined, mayAct);
  expect(end).toMatchObject({ state: "failed", cause: "worktree_failed" });
  expect(events.map(({ type }) => type)).not.toContain("tool.started");
});

it("thinks, calls tools one after the other and answers, each block a part of its own", async () => {
  await using native = await setUpNative(
    [
      {
        steps: [
          { kind: "reasoning", text: "First look." },
          { kind: "text", text: "\n\nI look.\n" },
          { kind: "tool", name: "read", arguments: { path: "a.txt" } },
          { kind: "tool", name: "edit", arguments: { path: "./a.txt", oldText: "one", newText: "two" } },
        ],
        usage: { promptTokens: 100, completionTokens: 20, cachedTokens: 40 },
      },
      { steps: [{ kind: "text", text: "Done." }], usage: { promptTokens: 150, completionTokens: 5 } },
    ],
    { files: { "a.txt": "one\n" } },
  );
  const { events, end } = await native.run("Change it");
  expect(events.filter((event) => !event.type.endsWith(".delta")).map((event) => event.type)).toEqual([
    "usage.updated",
    "tool.started",
    "tool.updated",
    "tool.started",
    "tool.updated",
    "usage.updated",
  ]);
  const parts = new Map<string, string>();
  for (const event of events)
    if ("partId" in event && "offset" in event) parts.set(event.partId, (parts.get(event.partId) ?? "") + event.text);
  expect([...parts]).toEqual([
    ["part-1", "First look."],
    ["part-2", "I look."],
    ["part-3", "Done."],
  ]);
  expect(events.find((event) => event.type === "tool.started" && event.name === "edit")).toMatchObject({
    kind: "edit",
    title: "Edit a.txt",
    paths: ["a.txt"],
    input: { path: "./a.txt", oldText: "one", newText: "two" },
  });
  expect(toolResults(events)[1]).toMatchObject({ status: "completed", patch: "--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-one\n+two\n" });
  expect(end).toEqual({
    state: "completed",
    cause: null,
    evidence: null,
    model: "scripted",
    usage: { inputTokens: 250, outputTokens: 25, cachedTokens: 40, cost: null, contextUsed: 155, contextSize: null },
  });
});

it("gives the model its tools, its calls and their results under its own ids", async () => {
  await using native = await setUpNative([
    { steps: [{ kind: "tool", name: "list", arguments: {} }] },
    { steps: [{ kind: "text", text: "Empty." }] },
  ]);
  await native.run("What is here?");
  const [first, second] = native.model.requests;
  expect(first!.body.tools!.map((tool) => tool.function.name)).toEqual([
    "read",
    "list",
    "search",
    "edit",
    "write",
    "rename",
    "delete",
    "command",
    "todo",
    "task",
  ]);
  expect(first!.body.tools![0]!.function.parameters).toEqual({
    type: "object",
    properties: {
      path: { type: "string", description: "File, relative to the project" },
      firstLine: { type: "integer", minimum: 1, description: "First line to read, counted from 1" },
      lineCount: { type: "integer", minimum: 1, maximum: 2000 },
    },
    required: ["path"],
  });
  expect(second!.body.messages.slice(1)).toEqual([
    { role: "user", content: "What is here?" },
    { role: "assistant", content: null, tool_calls: [{ id: "call_0", type: "function", function: { name: "list", arguments: "{}" } }] },
    { role: "tool", tool_call_id: "call_0", content: "(The folder is empty.)" },
  ]);
});

it("reports no usage where the model reports none", async () => {
  await using native = await setUpNative([{ steps: [{ kind: "text", text: "Hi" }], usage: null }]);
  const { end, events } = await native.run();
  expect(end.usage).toBeNull();
  expect(events.map((event) => event.type)).toEqual(["text.delta"]);
});

it.each([
  ["an unknown tool", { kind: "tool", name: "fly", arguments: {} }, "there is no tool called “fly”"],
  ["arguments that are no JSON", { kind: "raw_tool", name: "read", arguments: '{"path": ' }, "the arguments could not be read"],
  ["arguments of the wrong shape", { kind: "tool", name: "read", arguments: { path: 5 } }, "the arguments are wrong: path"],
] as const)("tells the model about %s and goes on", async (_what, call, words) => {
  await using native = await setUpNative([{ steps: [call] }, { steps: [{ kind: "text", text: "Sorry." }] }]);
  const { end, events, text } = await native.run();
  expect(end.state).toBe("completed");
  expect(text).toBe("Sorry.");
  expect(toolResults(events)).toEqual([{ status: "failed", error: expect.stringContaining(words) as string }]);
  expect(native.model.requests[1]!.body.messages.at(-1)).toMatchObject({
    role: "tool",
    content: expect.stringContaining(`Error: ${words}`) as string,
  });
});

it("stops after its limit of steps, and the next prompt works", async () => {
  await using native = await setUpNative(
    (_request, index) =>
      index < 3 ? { steps: [{ kind: "tool", name: "list", arguments: {} }] } : { steps: [{ kind: "text", text: "Done." }] },
    { maxSteps: 3 },
  );
  expect((await native.run()).end).toMatchObject({ state: "failed", cause: "step_limit" });
  expect((await native.run()).end.state).toBe("completed");
});

it("stops a running command with the turn, and shows the call as cancelled", async () => {
  await using native = await setUpNative([
    { steps: [{ kind: "tool", name: "command", arguments: { argv: ["bash", "-c", "echo started; sleep 1000 & wait"] } }] },
  ]);
  const { end, events } = await native.run("Go", "", (event) => {
    if (event.type === "tool.updated" && event.status === "running") void native.conversation.cancel();
  });
  expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect(toolResults(events)).toEqual([{ status: "cancelled", output: "started\n" }]);
});

it("says what is wrong when the worktree is gone", async () => {
  await using native = await setUpNative([]);
  const gone = await native.backend.open({ ...native.opening, worktreePath: `${native.path}/gone` });
  const prompt = { taskId: "t" as never, generation: 1, text: "Go", model: "", mode: "", emit() {} };
  expect(await gone.prompt(prompt)).toMatchObject({ state: "failed", cause: "worktree_failed" });
});

it.each([
  ["a yes", "allow", { status: "completed", output: "ran\n", exitCode: 0 }],
  ["a no", "reject", { status: "failed", error: "the person did not allow this command" }],
  ["no answer", null, { status: "failed", error: "the person did not allow this command" }],
])("asks before each command in a project that is not trusted, and goes by %s", async (_what, optionId, result) => {
  const command = { steps: [{ kind: "tool" as const, name: "command", arguments: { argv: ["echo", "ran"] } }] };
  await using native = await setUpNative([command, { steps: [{ kind: "text", text: "Done." }] }], { projectTrusted: false });
  await promisify(execFile)("git", ["init", "--quiet", native.path]);
  const { end, events } = await native.run("Go", "", (event) => {
    if (event.type === "permission.requested") void native.conversation.answerPermission(event.permissionId, optionId);
  });
  expect(end.state).toBe("completed");
  expect(events.find((event) => event.type === "permission.requested")).toMatchObject({
    callId: "call-1",
    argv: ["echo", "ran"],
    cwd: ".",
    toolKind: "command",
  });
  expect(toolResults(events)).toEqual([expect.objectContaining(result)]);
});

it("stops while it waits for an answer", async () => {
  await using native = await setUpNative([{ steps: [{ kind: "tool", name: "command", arguments: { argv: ["echo"] } }] }], {
    projectTrusted: false,
  });
  const { end, events } = await native.run("Go", "", (event) => {
    if (event.type === "permission.requested") void native.conversation.cancel();
  });
  expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect(toolResults(events)).toEqual([expect.objectContaining({ status: "cancelled" })]);
});

it("runs no command if git's settings cannot be read and the project is not trusted", async () => {
  await using native = await setUpNative(
    [{ steps: [{ kind: "tool", name: "command", arguments: { argv: ["echo", "ran"] } }] }, { steps: [{ kind: "text", text: "Done." }] }],
    { projectTrusted: false },
  );
  const { events } = await native.run("Go", "", (event) => {
    if (event.type === "permission.requested") void native.conversation.answerPermission(event.permissionId, "allow");
  });
  expect(toolResults(events)).toEqual([
    { status: "failed", error: expect.stringContaining("not trusted, so no command is run") as string },
  ]);
});
