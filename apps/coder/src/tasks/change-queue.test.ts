import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { listOpenTasks, updateTask } from "@boocode/db/stores/chats/task-store";
import type { TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { recoverTasks } from "./recover-tasks.ts";
import { createRig, type Rig } from "../../test/task-rig.ts";

/** Texts of the prompts in the order in which they reached the agents. */
const ran = (rig: Rig) => rig.backend.prompts.map(({ text }) => text);
const queued = async (rig: Rig) => (await listOpenTasks(rig.db.read)).filter(({ state }) => state === "queued").map(({ text }) => text);

/** A rig whose first turn waits, with the prompts after it in the queue of the same chat. */
async function busyRig(texts: readonly string[], place: { folder?: string; isFresh?: boolean } = {}, waits: Record<string, Barrier> = {}) {
  const barrier = new Barrier();
  const barriers: Record<string, Barrier> = { running: barrier, ...waits };
  const rig = await createRig({
    script: ({ text }) => {
      const own = barriers[text];
      return own ? [{ do: "wait", barrier: own }] : [];
    },
    ...place,
  });
  const chatId = await rig.addChat();
  const running = (await rig.send({ chatId, text: "running" })).taskId;
  await barrier.reached;
  const ids: TaskId[] = [];
  for (const text of texts) ids.push((await rig.send({ chatId, text })).taskId);
  return { rig, barrier, chatId, running, ids };
}

it("prompts run in the order of the queue, and the journal tells it", async () => {
  const { rig, barrier, ids } = await busyRig(["one", "two", "three"]);
  await using _ = rig;
  const [one, , three] = ids as [TaskId, TaskId, TaskId];
  await rig.tasks.reorder(three, { next: "before", anchorId: one });
  expect(await queued(rig)).toEqual(["three", "one", "two"]);
  const last = (await rig.bodies()).findLast((body) => body.type === "queue.changed");
  expect(last).toMatchObject({ taskIds: [three, one, ids[1]] });
  barrier.open();
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running", "three", "one", "two"]);
});

it("moves by two browsers at once lose no prompt and double none, and a crash keeps the order", async () => {
  await using folder = await createTempFolder();
  const { rig, ids } = await busyRig(["one", "two", "three", "four"], { folder: folder.path, isFresh: true });
  const moves = ids.flatMap((id, at) => [
    rig.tasks.reorder(id, { next: "before", anchorId: ids[0]! }),
    rig.tasks.reorder(ids[(at + 2) % 4]!, { next: "after", anchorId: id }),
  ]);
  await Promise.all(moves);
  const order = await queued(rig);
  expect(order.toSorted()).toEqual(["four", "one", "three", "two"]);
  await rig.crash();
  await using after = await createRig({ script: () => [], folder: folder.path });
  await recoverTasks(after, after.salvage);
  after.dispatcher.wake();
  await after.dispatcher.settle();
  expect(ran(after)).toEqual(order);
});

it("removing never stops a turn; a removed prompt comes back to its place", async () => {
  const { rig, barrier, chatId, running, ids } = await busyRig(["one", "two"]);
  await using _ = rig;
  await expect(rig.tasks.unqueue(running)).rejects.toMatchObject({ fault: { kind: "task_not_queued", state: "running" } });
  expect(await rig.tasks.unqueue(ids[0]!)).toMatchObject({ state: "cancelled", startedAt: null });
  expect(await rig.tasks.unqueue(ids[0]!)).toMatchObject({ state: "cancelled" });
  expect(await queued(rig)).toEqual(["two"]);
  await rig.send({ chatId, text: "one", again: ids[0]! });
  expect(await queued(rig)).toEqual(["one", "two"]);
  // Brought back by a second browser too: it is there already, so the new one comes last.
  await rig.send({ chatId, text: "one more", again: ids[0]! });
  expect(await queued(rig)).toEqual(["one", "two", "one more"]);
  barrier.open();
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running", "one", "two", "one more"]);
});

it("a removed prompt that calls a skill comes back as one", async () => {
  const { rig, chatId } = await busyRig([]);
  await using _ = rig;
  const { taskId } = await rig.send({ chatId, text: "/review it", skill: "review" });
  await rig.tasks.unqueue(taskId);
  await rig.send({ chatId, text: "/review it", again: taskId });
  expect((await listOpenTasks(rig.db.read)).map(({ kind, text }) => [kind, text])).toContainEqual(["skill", "/review it"]);
});

it("sending one now stops the turn that runs and no later one", async () => {
  const { rig, running, ids } = await busyRig(["one", "two"]);
  await using _ = rig;
  await rig.tasks.sendNow(ids[1]!, running);
  expect(await rig.ended(running)).toMatchObject({ body: { state: "cancelled", cause: "stopped_by_person" } });
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running", "two", "one"]);
  await expect(rig.tasks.sendNow(ids[1]!)).rejects.toMatchObject({ fault: { kind: "task_not_queued" } });
});

it("a turn that began since the person looked is not stopped", async () => {
  const late = new Barrier();
  const { rig, barrier, running } = await busyRig([], {}, { one: late });
  await using _ = rig;
  const one = (await rig.send({ text: "one" })).taskId;
  const two = (await rig.send({ text: "two" })).taskId;
  const three = (await rig.send({ text: "three" })).taskId;
  barrier.open();
  await late.reached;
  await rig.tasks.sendNow(three, running);
  expect(await queued(rig)).toEqual(["three", "two"]);
  late.open();
  await rig.dispatcher.settle();
  expect(await rig.ended(one)).toMatchObject({ body: { state: "completed" } });
  expect(await rig.ended(two)).toMatchObject({ body: { state: "completed" } });
});

it("one in preparation gives way and keeps its place", async () => {
  const opened = Promise.withResolvers<void>();
  const preparing = Promise.withResolvers<void>();
  let looks = 0;
  await using rig = await createRig({
    script: () => [],
    worktrees: (plain) => ({
      ...plain,
      ensure: async (sessionId) => {
        looks += 1;
        if (looks === 1) {
          preparing.resolve();
          await opened.promise;
        }
        return plain.ensure(sessionId);
      },
    }),
  });
  const one = await rig.send({ text: "one" });
  await preparing.promise;
  const two = await rig.send({ text: "two" });
  await rig.tasks.sendNow(two.taskId);
  expect((await rig.tasks.list({ sessionId: rig.session, limit: 5 })).find(({ id }) => id === two.taskId)?.waitsFor).toMatchObject({
    taskId: one.taskId,
  });
  opened.resolve();
  await rig.ended(one.taskId);
  expect(ran(rig)).toEqual(["two", "one"]);
});

it("a prompt starts at its time, also when the clock jumps there, and others pass it meanwhile", async () => {
  const { rig, barrier, ids } = await busyRig(["held", "behind it"]);
  await using _ = rig;
  const notBefore = rig.time.now() + 3_600_000;
  await rig.db.write("full", async (tx) => void (await updateTask(tx, ids[0]!, { notBefore })));
  await rig.send({ chatId: await rig.addChat(), text: "another chat" });
  barrier.open();
  await rig.dispatcher.settle();
  expect(ran(rig).toSorted()).toEqual(["another chat", "running"]);
  const views = await rig.tasks.list({ sessionId: rig.session, states: ["queued"], limit: 5 });
  expect(views.map(({ text, waitsUntil, waitsFor }) => [text, waitsUntil, waitsFor?.taskId])).toEqual([
    ["behind it", null, ids[0]],
    ["held", notBefore, undefined],
  ]);
  rig.time.advance(40_000);
  await rig.dispatcher.settle();
  expect(rig.backend.prompts).toHaveLength(2);
  rig.time.jump(3_600_000);
  rig.time.advance(40_000);
  await rig.dispatcher.settle();
  expect(ran(rig).filter((text) => text !== "another chat")).toEqual(["running", "held", "behind it"]);
});
