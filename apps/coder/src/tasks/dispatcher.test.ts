import type { Database } from "@boocode/db/database";
import { Barrier } from "@boocode/testkit/barrier";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../test/task-rig.ts";

/** Starts and ends of tasks, in the order the journal tells them. */
const lives = async (rig: Rig) =>
  (await rig.events()).flatMap(({ body, taskId }) =>
    body.type === "task.started" ? [`+${taskId}`] : body.type === "task.ended" ? [`-${taskId}`] : [],
  );

it("two chats in one session take turns, and the waiting one says for what", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: (prompt) => (prompt.text === "first" ? [{ do: "wait", barrier }] : []) });
  const [left, right] = [await rig.addChat(), await rig.addChat()];
  const first = await rig.send({ chatId: left, text: "first" });
  await barrier.reached;
  const second = await rig.send({ chatId: right, text: "second" });
  const third = await rig.send({ chatId: left, text: "third" });
  const waiting = await rig.tasks.list({ sessionId: rig.session, limit: 10 });
  expect(waiting.map(({ id, state, waitsFor }) => [id, state, waitsFor?.taskId, waitsFor?.reason, waitsFor?.chatTitle])).toEqual([
    [third.taskId, "queued", second.taskId, "earlier_in_queue", "second"],
    [second.taskId, "queued", first.taskId, "worktree_in_use", "first"],
    [first.taskId, "running", undefined, undefined, undefined],
  ]);
  barrier.open();
  await rig.dispatcher.settle();
  const order = [first, second, third].flatMap(({ taskId }) => [`+${taskId}`, `-${taskId}`]);
  expect(await lives(rig)).toEqual(order);
});

it("sessions do not wait for each other", async () => {
  const barriers = { one: new Barrier(), two: new Barrier() };
  await using rig = await createRig({ script: (prompt) => [{ do: "wait", barrier: prompt.text === "one" ? barriers.one : barriers.two }] });
  const other = await rig.addSession("session-2");
  const first = await rig.send({ text: "one" });
  const second = await rig.send({ text: "two", sessionId: other });
  await Promise.all([barriers.one.reached, barriers.two.reached]);
  expect(rig.dispatcher.runningCount).toBe(2);
  barriers.two.open();
  await rig.waitFor(({ body, taskId }) => body.type === "task.ended" && taskId === second.taskId, other);
  barriers.one.open();
  await rig.ended(first.taskId);
});

it("tells the whole queue after each change", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: (_, turn) => (turn === 0 ? [{ do: "wait", barrier }] : []) });
  const first = await rig.send();
  await barrier.reached;
  const second = await rig.send();
  const third = await rig.send();
  await rig.tasks.cancel(second.taskId);
  barrier.open();
  await rig.dispatcher.settle();
  const queues = (await rig.bodies()).flatMap((body) => (body.type === "queue.changed" ? [body.taskIds] : []));
  expect(queues).toEqual([[first.taskId], [], [second.taskId], [second.taskId, third.taskId], [third.taskId], []]);
});

it("a run that fails does not hold up the next one, nor the other sessions", async () => {
  await using rig = await createRig({
    script: () => [],
    worktrees: (plain) => ({
      ...plain,
      ensure: (sessionId) => (sessionId === rig.session ? Promise.reject(new Error("broken")) : plain.ensure(sessionId)),
    }),
  });
  const other = await rig.addSession("session-2");
  const tasks = [await rig.send(), await rig.send()];
  const elsewhere = await rig.send({ sessionId: other });
  await rig.dispatcher.settle();
  const ends = [...(await rig.events()), ...(await rig.events(other))].flatMap(({ body, taskId }) =>
    body.type === "task.ended" ? [[taskId, body.state]] : [],
  );
  expect(ends).toEqual([
    [tasks[0]?.taskId, "failed"],
    [tasks[1]?.taskId, "failed"],
    [elsewhere.taskId, "completed"],
  ]);
});

it("a queue that cannot be read is read again", async () => {
  let isBroken = false;
  await using rig = await createRig({
    script: () => [],
    wrapDatabase: (db) => ({
      get read() {
        if (isBroken) throw new Error("unreadable");
        return db.read;
      },
      write: (durability, run) => db.write(durability, run),
      health: () => db.health(),
      close: () => db.close(),
      [Symbol.asyncDispose]: () => db.close(),
    }),
  });
  isBroken = true;
  const { taskId } = await rig.send();
  await rig.dispatcher.settle();
  isBroken = false;
  rig.time.advance(1_000);
  expect(await rig.ended(taskId)).toMatchObject({ body: { state: "completed" } });
});

it("the next turn does not wait until the one before it is folded; folds come one after the other, and a shutdown waits for them", async () => {
  const folding = new Barrier();
  const folds: string[] = [];
  const wrapDatabase = (db: Database): Database => ({
    read: db.read,
    health: () => db.health(),
    close: () => db.close(),
    [Symbol.asyncDispose]: () => db.close(),
    write: async (durability, change) => {
      // Of what counts no more than this, only a fold announces nothing.
      if (durability !== "normal" || change.length > 1) return db.write(durability, change);
      folds.push("begun");
      await folding.pass();
      return db.write(durability, change).finally(() => folds.push("over"));
    },
  });
  // Two deltas of one part, which a step between them keeps apart.
  const delta = (offset: number, text: string) => ({ do: "emit", event: { type: "text.delta", partId: "p", offset, text } }) as const;
  const notice = { do: "emit", event: { type: "notice", level: "info", text: "Between" } } as const;
  const script = () => [delta(0, "One "), notice, delta(4, "two")];
  await using rig = await createRig({ script, wrapDatabase });
  const { chatId, taskId } = await rig.send({ text: "first" });
  await rig.ended(taskId);
  await folding.reached;
  const second = await rig.send({ text: "second", chatId });
  await rig.ended(second.taskId);
  expect(folds).toEqual(["begun"]);
  const closing = rig.dispatcher.close();
  folding.open();
  await closing;
  expect(folds).toEqual(["begun", "over", "begun", "over"]);
  const deltas = (await rig.bodies()).filter(({ type }) => type === "text.delta");
  expect(deltas).toEqual([]);
});
