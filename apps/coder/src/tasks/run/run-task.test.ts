import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../test/task-rig.ts";

const boocode = AgentId.parse("boocode");
const USAGE = { inputTokens: 10, outputTokens: 5, cachedTokens: null, cost: 0.5, contextUsed: 15, contextSize: 100 };

const endsOf = async (rig: Rig, taskId: string) =>
  (await rig.events()).filter((event) => event.taskId === taskId && event.body.type === "task.ended").map((event) => event.body);

it("tells a turn in order, from the prompt to its end", async () => {
  await using rig = await createRig({
    script: () => ({
      steps: [
        { do: "say", text: "All done" },
        { do: "end", end: { usage: USAGE, model: "model-1" } },
      ],
    }),
  });
  const { taskId, chatId } = await rig.send({ text: "Fix it\nplease" });
  await rig.dispatcher.settle();
  const types = (await rig.bodies()).map((body) => body.type);
  expect(types).toEqual([
    "prompt.accepted",
    "queue.changed",
    "checkpoint.taken",
    "task.started",
    "queue.changed",
    "text.delta",
    "checkpoint.taken",
    "changes.captured",
    "task.ended",
  ]);
  expect(await endsOf(rig, taskId)).toMatchObject([{ state: "completed", cause: null, model: "model-1", usage: USAGE, filesChanged: 1 }]);
  const record = await findAgentSession(rig.db.read, chatId, boocode);
  expect(record).toMatchObject({ status: "idle", generation: 1, inputTokens: 10, outputTokens: 5, cost: 0.5, contextUsed: 15 });
});

it("adds up what the turns of a chat used, over one conversation", async () => {
  await using rig = await createRig({ script: () => [{ do: "end", end: { usage: USAGE } }] });
  const { chatId } = await rig.send();
  await rig.send({ chatId });
  await rig.dispatcher.settle();
  expect(await findAgentSession(rig.db.read, chatId, boocode)).toMatchObject({ generation: 2, inputTokens: 20, cost: 1 });
  expect(rig.backend.conversations).toHaveLength(1);
});

it("an agent that throws fails its task, and the next prompt works", async () => {
  await using rig = await createRig({
    script: () => (rig.backend.conversations.length === 1 ? [{ do: "throw", error: new Error("Boom") }] : []),
  });
  const first = await rig.send();
  const second = await rig.send();
  await rig.dispatcher.settle();
  expect(await endsOf(rig, first.taskId)).toMatchObject([{ state: "failed", cause: "agent_error", evidence: { message: "Error: Boom" } }]);
  expect(await endsOf(rig, second.taskId)).toMatchObject([{ state: "completed" }]);
});

it("an agent that dies fails its task with what is known, and a new process takes the next", async () => {
  await using rig = await createRig({
    script: () => (rig.backend.conversations.length === 1 ? [{ do: "say", text: "Half" }, { do: "die" }] : [{ do: "say", text: "Whole" }]),
  });
  const first = await rig.send();
  await rig.ended(first.taskId);
  const second = await rig.send();
  await rig.dispatcher.settle();
  expect(await endsOf(rig, first.taskId)).toMatchObject([
    { state: "failed", cause: "agent_exit", evidence: { signal: "SIGKILL", lastEvent: "text.delta" } },
  ]);
  expect(await endsOf(rig, second.taskId)).toMatchObject([{ state: "completed" }]);
  expect(rig.backend.conversations).toHaveLength(2);
});

it("what an agent says after its end is not heard", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: (_, turn) =>
      turn === 0
        ? [
            { do: "say", text: "Said" },
            { do: "end" },
            { do: "wait", barrier },
            { do: "say", text: "Late" },
            { do: "end", end: { state: "failed" } },
          ]
        : [],
  });
  const { taskId } = await rig.send();
  await rig.ended(taskId);
  barrier.open();
  await rig.send();
  await rig.dispatcher.settle();
  expect(await endsOf(rig, taskId)).toMatchObject([{ state: "completed" }]);
  expect(JSON.stringify(await rig.bodies())).not.toContain("Late");
});

it("a stop ends a turn that listens as cancelled", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: () => [{ do: "wait", barrier }] });
  const { taskId } = await rig.send();
  await barrier.reached;
  const asked = await rig.tasks.cancel(taskId);
  expect(asked).toMatchObject({ state: "running", stopRequestedAt: expect.any(Number) });
  await rig.dispatcher.settle();
  expect(await endsOf(rig, taskId)).toMatchObject([{ state: "cancelled", cause: "stopped_by_person" }]);
  expect(await findTask(rig.db.read, taskId)).toMatchObject({ state: "cancelled", stopRequestedAt: null });
});

it("a stop that is not listened to is asked twice, then the process is closed, then the turn is given up", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: () => ({ ignoresCancel: true, steps: [{ do: "wait", barrier }, { do: "never" }] }),
  });
  const { taskId, chatId } = await rig.send();
  await barrier.reached;
  const conversation = rig.backend.conversations[0];
  if (!conversation) throw new Error("No conversation");
  // A hostile one: closing it settles nothing either.
  const closeAsked = Promise.withResolvers<void>();
  const reallyClose = conversation.close.bind(conversation);
  conversation.close = () => {
    closeAsked.resolve();
    return new Promise<void>(() => {});
  };
  await rig.tasks.cancel(taskId);
  expect(conversation.cancelCount).toBe(1);
  rig.time.advance(2_999);
  await Promise.resolve();
  expect(conversation.cancelCount).toBe(1);
  rig.time.advance(1);
  await Promise.resolve();
  expect(conversation.cancelCount).toBe(2);
  rig.time.advance(9_500);
  await closeAsked.promise;
  expect(await endsOf(rig, taskId)).toEqual([]);
  rig.time.advance(1_000);
  await rig.ended(taskId);
  expect(await endsOf(rig, taskId)).toMatchObject([{ state: "cancelled", cause: "stopped_by_person" }]);
  expect(await findAgentSession(rig.db.read, chatId, boocode)).toMatchObject({ status: "crashed", generation: 2 });
  // The fence: what it says in the end is kept as late, and changes nothing.
  await reallyClose();
  const late = await rig.waitFor(({ body }) => body.type === "late_terminal");
  expect(late).toMatchObject({ taskId, body: { generation: 1, state: "interrupted" } });
  expect(await findTask(rig.db.read, taskId)).toMatchObject({ state: "cancelled" });
  conversation.close = reallyClose;
});

it("a queued task ends at once when it is cancelled, and its prompt never reaches the agent", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: (_, turn) => (turn === 0 ? [{ do: "wait", barrier }] : []) });
  const first = await rig.send();
  await barrier.reached;
  const second = await rig.send({ text: "Never heard" });
  expect(await rig.tasks.cancel(second.taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person", startedAt: null });
  barrier.open();
  await rig.dispatcher.settle();
  expect(await endsOf(rig, second.taskId)).toMatchObject([{ state: "cancelled", durationMs: null }]);
  expect(rig.backend.prompts.map((prompt) => prompt.taskId)).toEqual([first.taskId]);
});

it("a task cancelled while its worktree is made never starts", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: () => [],
    worktrees: (plain) => ({ ...plain, ensure: (id) => barrier.pass().then(() => plain.ensure(id)) }),
  });
  const { taskId } = await rig.send();
  await barrier.reached;
  await rig.tasks.cancel(taskId);
  barrier.open();
  await rig.dispatcher.settle();
  expect(await endsOf(rig, taskId)).toMatchObject([{ state: "cancelled" }]);
  expect(rig.backend.prompts).toEqual([]);
});

it("cancelling what has ended changes nothing", async () => {
  await using rig = await createRig({ script: () => [] });
  const { taskId } = await rig.send();
  await rig.dispatcher.settle();
  expect(await rig.tasks.cancel(taskId)).toMatchObject({ state: "completed" });
  expect(await endsOf(rig, taskId)).toHaveLength(1);
});

it("a queued prompt can be edited until it starts, and is heard as it stands then", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: (_, turn) => (turn === 0 ? [{ do: "wait", barrier }] : []) });
  const first = await rig.send();
  await barrier.reached;
  const { taskId, chatId } = await rig.send({ text: "Old words" });
  expect(await rig.tasks.edit(taskId, "New words")).toMatchObject({ text: "New words", state: "queued" });
  await expect(rig.tasks.edit(first.taskId, "Too late")).rejects.toMatchObject({ fault: { kind: "task_not_queued" } });
  barrier.open();
  await rig.dispatcher.settle();
  expect(rig.backend.prompts.map((prompt) => prompt.text)).toEqual(["Do it", "New words"]);
  const { items } = await rig.chats.transcript({ chatId, limit: 100 });
  expect(items.filter((item) => item.kind === "prompt").map((item) => item.text)).toEqual(["Do it", "New words"]);
});

it("a worktree that cannot be made fails the task with git's words", async () => {
  const fault = { kind: "git_failed", command: "git worktree add", exitCode: 128, stderrTail: "fatal: no space" } as const;
  await using rig = await createRig({
    script: () => [],
    worktrees: (plain) => ({ ...plain, ensure: () => Promise.reject(new DomainError(fault)) }),
  });
  const { taskId } = await rig.send();
  await rig.ended(taskId);
  expect(await endsOf(rig, taskId)).toMatchObject([
    { state: "failed", cause: "worktree_failed", durationMs: null, evidence: { exitCode: 128, stderrTail: "fatal: no space" } },
  ]);
});

it("work that could not be looked at is not called complete", async () => {
  await using rig = await createRig({ script: () => [], captureChanges: () => Promise.reject(new Error("diff failed")) });
  const { taskId } = await rig.send();
  await rig.ended(taskId);
  expect(await endsOf(rig, taskId)).toMatchObject([
    { state: "failed", cause: "worktree_failed", evidence: { message: "Error: diff failed" } },
  ]);
});

it("an agent that cannot be opened fails the task as unavailable", async () => {
  await using rig = await createRig({ script: () => [], openError: () => new Error("no such program") });
  const { taskId } = await rig.send();
  await rig.ended(taskId);
  expect(await endsOf(rig, taskId)).toMatchObject([{ state: "failed", cause: "agent_unavailable" }]);
});

it("a daemon that leaves interrupts what runs and keeps what waits", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: () => [{ do: "wait", barrier }] });
  const first = await rig.send();
  await barrier.reached;
  const second = await rig.send();
  await rig.dispatcher.close();
  expect(await endsOf(rig, first.taskId)).toMatchObject([{ state: "interrupted", cause: "daemon_shutdown" }]);
  expect(await findTask(rig.db.read, second.taskId)).toMatchObject({ state: "queued" });
  await expect(rig.send()).rejects.toMatchObject({ fault: { kind: "shutting_down" } });
});

it("a daemon that leaves does not wait for an agent that does not listen", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: () => ({ ignoresCancel: true, steps: [{ do: "say", text: "Busy" }, { do: "wait", barrier }, { do: "never" }] }),
  });
  const { taskId } = await rig.send();
  await rig.waitFor(({ body }) => body.type === "text.delta");
  const conversation = rig.backend.conversations[0];
  if (!conversation) throw new Error("No conversation");
  const reallyClose = conversation.close.bind(conversation);
  conversation.close = () => new Promise<void>(() => {});
  const closing = rig.dispatcher.close();
  rig.time.advance(5_000);
  await closing;
  conversation.close = reallyClose;
  expect(await endsOf(rig, taskId)).toMatchObject([
    { state: "interrupted", cause: "daemon_shutdown", evidence: { lastEvent: "text.delta" } },
  ]);
});

it("stops a turn that says without end, and keeps it within the limits, with a readable end", async () => {
  const piece = "x".repeat(64 * 1024);
  const pieces = Array.from({ length: 80 }, (_, place) => ({
    do: "emit" as const,
    event: { type: "text.delta" as const, partId: "p", offset: place * piece.length, text: piece },
  }));
  await using rig = await createRig({
    script: (_prompt, turn) => (turn === 0 ? [...pieces, { do: "never" }] : [{ do: "say", text: "Short." }]),
  });
  const { taskId, chatId } = await rig.send();
  await rig.dispatcher.settle();
  expect(await endsOf(rig, taskId)).toMatchObject([
    { state: "failed", cause: "answer_too_long", evidence: { message: expect.stringContaining("stopped") as string } },
  ]);
  const events = await rig.events();
  expect(Math.max(...events.map(({ body }) => Buffer.byteLength(JSON.stringify(body))))).toBeLessThanOrEqual(256 * 1024);
  const { items } = applyChatEvents(emptyTranscript(chatId), events);
  expect(items.find((item) => item.kind === "text")).toMatchObject({
    text: expect.stringMatching(/^x+\n\n\[The rest was cut/) as string,
  });
  await rig.send({ chatId });
  await rig.dispatcher.settle();
  expect((await rig.bodies()).at(-1)).toMatchObject({ type: "task.ended", state: "completed" });
});
