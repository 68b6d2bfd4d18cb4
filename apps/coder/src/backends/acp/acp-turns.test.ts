import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcpScenario, AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { describe, expect, it } from "vitest";
import { findProcessesByMarker } from "../../platform/processes/process.ts";
import { say, setUpScripted, TEST_MARKER } from "./acp-fixture.ts";

const emit = (update: Record<string, unknown>): AcpStep => ({ do: "emit", update });
const talk = (text: string): AcpStep => ({ do: "say", text });

async function play(steps: readonly AcpStep[], more: Partial<AcpScenario> = {}) {
  const subject = await setUpScripted({ prompts: [steps], ...more });
  return {
    subject,
    ...(await say(await subject.backend.open(subject.opening), "Go")),
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  };
}

describe("What an ACP agent says becomes events", () => {
  it("shows what the program itself says as a notice, not as the agent's answer", async () => {
    const content = { type: "text", text: "Something changed" };
    const _meta = { claudeCode: { kind: "informational", level: "warning" } };
    await using subject = await setUpScripted({
      prompts: [
        [
          { do: "say", text: "Fine" },
          { do: "emit", update: { sessionUpdate: "agent_message_chunk", content, _meta } },
        ],
      ],
    });
    const turn = await say(await subject.backend.open(subject.opening), "Go");
    expect(turn.text).toBe("Fine");
    expect(turn.events).toContainEqual({ type: "notice", level: "warning", text: "Something changed" });
  });

  it("calls tools by what they do, with the files they name and what they gave", async () => {
    await using turn = await play([
      emit({ sessionUpdate: "tool_call", toolCallId: "call_0", status: "pending", title: "WriteFile", kind: "edit", rawInput: {} }),
      emit({
        sessionUpdate: "tool_call_update",
        toolCallId: "call_0",
        status: "in_progress",
        title: "WriteFile: Writing to b.txt",
        kind: "edit",
        locations: [{ path: "sub/b.txt", line: null }],
        rawInput: { file_path: "sub/b.txt", content: "new\n" },
        _meta: { toolName: "write_file" },
      }),
      emit({
        sessionUpdate: "tool_call_update",
        toolCallId: "call_0",
        status: "completed",
        content: [{ type: "diff", path: "sub/b.txt", oldText: "one\ntwo\n", newText: "one\n2\n" }],
      }),
      talk("Then "),
      // goose reuses the id for the next call, sends no kind, and puts the command's output in its own field.
      emit({
        sessionUpdate: "tool_call",
        toolCallId: "call_0",
        title: "shell · ls; exit 3",
        rawInput: { command: "ls; exit 3" },
        _meta: { goose: { toolCall: { toolName: "shell" } } },
      }),
      emit({
        sessionUpdate: "tool_call_update",
        toolCallId: "call_0",
        status: "failed",
        content: [{ type: "content", content: { type: "text", text: "a.txt" } }],
        rawOutput: { stdout: "a.txt", stderr: "", exit_code: 3 },
      }),
      emit({ sessionUpdate: "tool_call", toolCallId: "other", title: "Outside", kind: "read", locations: [{ path: "/etc/passwd" }] }),
      talk("done."),
    ]);
    expect(turn.end).toMatchObject({ state: "completed", model: "default" });
    expect(turn.events.filter(({ type }) => type.startsWith("tool."))).toEqual([
      {
        type: "tool.started",
        callId: "call-1",
        name: "write_file",
        kind: "write",
        title: "Write sub/b.txt",
        paths: ["sub/b.txt"],
        input: { file_path: "sub/b.txt", content: "new\n" },
      },
      {
        type: "tool.updated",
        callId: "call-1",
        status: "completed",
        paths: ["sub/b.txt"],
        result: { patch: "--- a/sub/b.txt\n+++ b/sub/b.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n" },
      },
      {
        type: "tool.started",
        callId: "call-2",
        name: "shell",
        kind: "command",
        title: "Run ls; exit 3",
        paths: [],
        argv: ["ls; exit 3"],
        input: { command: "ls; exit 3" },
      },
      { type: "tool.updated", callId: "call-2", status: "failed", result: { output: "a.txt", exitCode: 3 } },
      { type: "tool.started", callId: "call-3", name: "Outside", kind: "read", title: "Outside", paths: [], input: {} },
      { type: "tool.updated", callId: "call-3", status: "cancelled", result: {} },
    ]);
    const parts = turn.events.flatMap((event) => (event.type === "text.delta" ? [event.partId] : []));
    expect(new Set(parts).size).toBe(2);
  });

  it("reports plans, commands, titles, modes and usage, and skips unknown updates", async () => {
    await using turn = await play([
      emit({
        sessionUpdate: "plan",
        entries: [
          { content: "First", status: "in_progress", priority: "high" },
          { content: "Second", status: "new" },
        ],
      }),
      emit({ sessionUpdate: "available_commands_update", availableCommands: [{ name: "init", description: "Begins" }, { name: 3 }] }),
      emit({ sessionUpdate: "session_info_update", title: "A title" }),
      emit({ sessionUpdate: "current_mode_update", currentModeId: "plan" }),
      emit({ sessionUpdate: "usage_update", used: 15, size: 1_000, cost: { amount: 0.25, currency: "USD" } }),
      emit({
        sessionUpdate: "agent_message_chunk",
        content: { type: "text", text: "" },
        _meta: { usage: { inputTokens: 10, outputTokens: 5 } },
      }),
      emit({
        sessionUpdate: "agent_message_chunk",
        content: { type: "text", text: "" },
        _meta: { usage: { inputTokens: 7, cachedReadTokens: 2 } },
      }),
      emit({ sessionUpdate: "from_the_future", anything: true }),
      emit({ sessionUpdate: "from_the_future", anything: true }),
      { do: "say", kind: "thought", text: "Hm" },
    ]);
    const usage = { inputTokens: 17, outputTokens: 5, cachedTokens: 2, cost: 0.25, contextUsed: 15, contextSize: 1_000 };
    expect(turn.end).toMatchObject({ state: "completed", usage });
    expect(turn.events).toEqual([
      {
        type: "plan.updated",
        entries: [
          { text: "First", status: "running" },
          { text: "Second", status: "pending" },
        ],
      },
      { type: "commands.updated", commands: [{ name: "init", description: "Begins" }] },
      { type: "session.updated", agentSessionId: "session-1", title: "A title" },
      { type: "notice", level: "info", text: "The agent switched to its mode “Plan”." },
      { type: "usage.updated", usage: { ...usage, inputTokens: null, outputTokens: null, cachedTokens: null } },
      expect.objectContaining({ type: "usage.updated" }),
      { type: "usage.updated", usage },
      { type: "thought.delta", partId: "part-1", offset: 0, text: "Hm" },
    ]);
    const unknown = turn.subject.logged.filter(({ fields }) => "update" in fields);
    expect(unknown).toEqual([{ level: "info", fields: { update: "from_the_future" }, message: expect.any(String) }]);
  });

  it.each([
    ["end_turn", { state: "completed", cause: null }],
    ["max_tokens", { state: "failed", cause: "model_failed" }],
    ["max_turn_requests", { state: "failed", cause: "step_limit" }],
    ["refusal", { state: "failed", cause: "model_refused" }],
    ["cancelled", { state: "failed", cause: "agent_error" }],
    ["moonrise", { state: "failed", cause: "agent_error", evidence: { message: expect.stringContaining("moonrise") } }],
  ])("ends a turn by its reason %s", async (stopReason, expected) => {
    await using turn = await play([{ do: "end", stopReason }, talk("a last word")]);
    expect(turn.end).toMatchObject(expected);
    expect(turn.text).toBe("a last word");
  });

  it("accepts the first end of a turn, and ignores a late second one in the next turn", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "end" }, { do: "end", stopReason: "refusal" }], [talk("Second")]] });
    const conversation = await subject.backend.open(subject.opening);
    expect(await say(conversation, "One")).toMatchObject({ end: { state: "completed" } });
    expect(await say(conversation, "Two")).toMatchObject({ text: "Second", end: { state: "completed" } });
  });
});

describe("The program of an ACP agent", () => {
  it("S11: sees what it was given and its own marker, and nothing of the daemon's", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "sayEnv" }]] });
    const turn = await say(await subject.backend.open(subject.opening), "Go");
    expect(turn.text.trim().split(" ")).toEqual(["BOOCODE_PROCESS_ID", TEST_MARKER, "HOME", "PATH"]);
  });

  it("P2: leaves nothing behind, also not what left its group", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "spawnSetsidChild" }]] });
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "Go");
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toHaveLength(2);
    await conversation.close();
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  });

  it("P2: leaves nothing behind when it ends by itself, either: what left its group has no parent any more", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "spawnSetsidChild" }, { do: "exit", code: 3 }]] });
    const conversation = await subject.backend.open(subject.opening);
    expect(await say(conversation, "Go")).toMatchObject({ end: { state: "interrupted", cause: "agent_exit", evidence: { exitCode: 3 } } });
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  });

  it("F2: ends its turn with signal and last words when it is killed, and goes on with its session in the next process", async () => {
    const dies: AcpStep[] = [talk("Once"), { do: "printSecret", text: "last words" }, { do: "signal", signal: "SIGKILL" }];
    await using subject = await setUpScripted({ prompts: [dies] });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go");
    expect(turn.end).toMatchObject({
      state: "interrupted",
      cause: "agent_exit",
      evidence: { signal: "SIGKILL", stderrTail: "last words" },
    });
    await conversation.closed;
    expect(subject.deaths).toHaveLength(1);
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next).toMatchObject({ agentSessionId: "session-1", continuity: "resumed" });
    const again = await say(next, "Again");
    // The updates replayed while loading are already in the journal.
    expect(again.text).toBe("Once");
  });

  it("begins a new session if it does not know the earlier one", async () => {
    await using subject = await setUpScripted({ prompts: [[talk("New")]] });
    const conversation = await subject.backend.open({ ...subject.opening, resume: "gone" });
    expect(conversation).toMatchObject({ agentSessionId: "session-1", continuity: "new" });
    expect(await say(conversation, "Go")).toMatchObject({ text: "New" });
  });

  it("takes a mode it has, says which it has, and tells of one it has not", async () => {
    await using subject = await setUpScripted({ prompts: [[talk("Fine")]] });
    const conversation = await subject.backend.open(subject.opening);
    expect(subject.backend.details()).toMatchObject({ version: "1.0.0", modes: [{ id: "default" }, { id: "plan", label: "Plan" }] });
    expect(await say(conversation, "Go", undefined, { mode: "plan" })).toMatchObject({ events: [{ type: "text.delta" }] });
    const states = await readFile(join(subject.home.path, "state.json"), "utf8");
    expect(JSON.parse(states)).toMatchObject({ "session-1": { mode: "plan" } });
    const { events } = await say(conversation, "Go", undefined, { mode: "moonlight", model: "moon" });
    expect(events.filter(({ type }) => type === "notice")).toMatchObject([
      { text: "The agent does not offer the model moon and uses its own." },
      { text: "The agent has no mode moonlight and works in its usual mode Default." },
    ]);
    expect(JSON.parse(await readFile(join(subject.home.path, "state.json"), "utf8"))).toMatchObject({ "session-1": { mode: "default" } });
  });

  it("S10: is not started in a repository that is not trusted and would make it run something, and elsewhere where it would not", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] });
    const untrusted = { ...subject.opening, projectTrusted: false };
    const turn = await say(await subject.backend.open(untrusted), "Go");
    expect(JSON.parse(turn.text)).toMatchObject({ cwd: subject.home.path });
    await mkdir(join(subject.worktree.path, ".scripted"));
    await expect(subject.backend.open(untrusted)).rejects.toMatchObject({ fault: { kind: "project_not_trusted", agent: "scripted" } });
    expect(existsSync(join(subject.worktree.path, ".scripted"))).toBe(true);
  });

  it.each([
    ["is not there", { findCommand: async () => null }, "It is not installed."],
    ["cannot be started", { findCommand: async () => ({ argv: ["/nowhere/agent"], env: {} }) }, "ENOENT"],
    [
      "ends at once",
      { findCommand: async () => ({ argv: ["/bin/sh", "-c", "echo oh no >&2; exit 3"], env: {} }) },
      "exit code 3). It said: oh no",
    ],
    [
      "speaks something else",
      { findCommand: async () => ({ argv: ["/bin/sh", "-c", "yes hello"], env: {} }) },
      "In place of the protocol it wrote: “hello”",
    ],
  ])("says why it is not used when it %s", async (_, options, reason) => {
    await using subject = await setUpScripted({ prompts: [[]] }, options);
    await expect(subject.backend.open(subject.opening)).rejects.toMatchObject({
      fault: { kind: "agent_unavailable", hint: expect.stringContaining(reason) },
    });
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  });
});
