import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { AgentId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createRig } from "../../test/task-rig.ts";
import { recoverTasks } from "./recover-tasks.ts";

const boocode = AgentId.parse("boocode");

/** A daemon that died while one task ran and one waited; what it left lies in `folder`. */
async function leaveBehind(options: { isStopAsked?: boolean } = {}) {
  const folder = await createTempFolder();
  const barrier = new Barrier();
  const rig = await createRig({
    folder: folder.path,
    isFresh: true,
    script: () => [
      { do: "say", text: "Half a" },
      { do: "say", text: " sentence", partId: "part-0" },
      { do: "wait", barrier },
    ],
  });
  const running = await rig.send({ text: "first" });
  await rig.waitFor(({ body }) => body.type === "text.delta");
  await barrier.reached;
  const queued = await rig.send({ text: "second" });
  const conversation = rig.backend.conversations[0];
  if (conversation) conversation.cancel = async () => {};
  if (options.isStopAsked) await rig.tasks.cancel(running.taskId);
  await rig.crash();
  return { folder, running, queued };
}

it("what ran is interrupted with all it said, what waited runs, and nothing runs twice", async () => {
  const { folder, running, queued } = await leaveBehind();
  await using _ = folder;
  await using rig = await createRig({ folder: folder.path, script: () => [{ do: "say", text: "Done" }] });
  await recoverTasks(rig, async () => [{ type: "changes.captured", paths: ["left.txt"], additions: 1, deletions: 0 }]);
  expect(await findTask(rig.db.read, running.taskId)).toMatchObject({ state: "interrupted", cause: "daemon_restart" });
  expect(await findAgentSession(rig.db.read, running.chatId, boocode)).toMatchObject({ status: "idle", generation: 2 });
  rig.dispatcher.wake();
  await rig.dispatcher.settle();
  expect(await findTask(rig.db.read, queued.taskId)).toMatchObject({ state: "completed" });
  expect(rig.backend.prompts.map((prompt) => prompt.text)).toEqual(["second"]);
  const { items, runningTaskId } = await rig.chats.transcript({ chatId: running.chatId, limit: 50 });
  expect(runningTaskId).toBeNull();
  const ofFirst = items.filter((item) => item.taskId === running.taskId);
  expect(ofFirst).toMatchObject([
    { kind: "prompt", text: "first" },
    { kind: "text", text: "Half a sentence", isStreaming: false },
    { kind: "turn_end", state: "interrupted", cause: "daemon_restart", evidence: { lastEvent: "text.delta" }, filesChanged: 1 },
  ]);
});

it("what the person wanted stopped is cancelled, not interrupted", async () => {
  const { folder, running } = await leaveBehind({ isStopAsked: true });
  await using _ = folder;
  await using rig = await createRig({ folder: folder.path, script: () => [] });
  await recoverTasks(rig, async () => []);
  expect(await findTask(rig.db.read, running.taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
});

it("a worktree that cannot be looked at, or not in time, does not hold up the start", async () => {
  const { folder, running } = await leaveBehind();
  await using _ = folder;
  await using rig = await createRig({ folder: folder.path, script: () => [] });
  const asked = Promise.withResolvers<void>();
  const recovering = recoverTasks(rig, () => {
    asked.resolve();
    return new Promise(() => {});
  });
  await asked.promise;
  rig.time.advance(20_000);
  expect(await recovering).toHaveLength(1);
  const told = (await rig.events()).filter(({ taskId }) => taskId === running.taskId).map(({ body }) => body.type);
  expect(told.slice(-2)).toEqual(["notice", "task.ended"]);
});

it("a second recovery finds nothing to do", async () => {
  const { folder } = await leaveBehind();
  await using _ = folder;
  await using rig = await createRig({ folder: folder.path, script: () => [] });
  await recoverTasks(rig, async () => []);
  const before = await rig.events();
  expect(await recoverTasks(rig, async () => [])).toEqual([]);
  expect(await rig.events()).toEqual(before);
});
