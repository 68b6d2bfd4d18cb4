import { ChatId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildSession, buildTask } from "@boocode/shared/testing/build";
import type { Task } from "@boocode/shared/tasks/task";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { insertChat } from "./chat-store.ts";
import type { Database } from "../../database.ts";
import { insertSession } from "../sessions/session-store.ts";
import { findTask, findTaskByPromptId, findTasks, insertTask, listOpenTasks, listTasks, listUnrunTasks, updateTask } from "./task-store.ts";

const elsewhere = { sessionId: SessionId.parse("session-2"), chatId: ChatId.parse("chat-2") };

function numbered(n: number, given: Partial<Task> = {}): Task {
  return buildTask({ id: TaskId.parse(`t${n}`), promptId: PromptId.parse(`p${n}`), acceptedSeq: n, createdAt: n, ...given });
}

async function fill(db: Database, tasks: readonly Task[]): Promise<void> {
  await seed(db);
  await db.write("full", async (tx) => {
    await tx.deleteFrom("tasks").execute();
    await insertSession(tx, buildSession({ id: elsewhere.sessionId }));
    await insertChat(tx, buildChat({ id: elsewhere.chatId, sessionId: elsewhere.sessionId }));
    for (const task of tasks) await insertTask(tx, task);
  });
}

it("stores an ended task completely", async () => {
  const db = await scratchDatabase();
  const task = numbered(1, {
    state: "failed",
    cause: "model_failed",
    evidence: { httpStatus: 500, message: 'said "no"\n' },
    usage: { inputTokens: 3, outputTokens: null, cachedTokens: 0, cost: 0.25, contextUsed: null, contextSize: null },
    stopRequestedAt: 4,
    startedAt: 5,
    endedAt: 6,
  });
  await fill(db, [task]);
  expect(await findTask(db.read, task.id)).toEqual(task);
  expect(await findTask(db.read, TaskId.parse("nobody"))).toBeNull();
});

it("finds a prompt's one task and refuses a second", async () => {
  const db = await scratchDatabase();
  await fill(db, [numbered(1)]);
  expect(await findTaskByPromptId(db.read, PromptId.parse("p1"))).toEqual(numbered(1));
  expect(await findTaskByPromptId(db.read, PromptId.parse("p2"))).toBeNull();
  await expect(db.write("full", (tx) => insertTask(tx, numbered(2, { promptId: PromptId.parse("p1") })))).rejects.toThrow(/UNIQUE/);
});

it("lists the newest first, filtered and bounded", async () => {
  const db = await scratchDatabase();
  await fill(db, [numbered(1, { state: "completed" }), numbered(2, { state: "failed" }), numbered(3), numbered(4, elsewhere)]);
  const ids = async (filter: Parameters<typeof listTasks>[1]) => (await listTasks(db.read, filter)).map(({ id }) => id);
  expect(await ids({ limit: 10 })).toEqual(["t4", "t3", "t2", "t1"]);
  expect(await ids({ limit: 2 })).toEqual(["t4", "t3"]);
  expect(await ids({ sessionId: BUILT_IDS.session, limit: 10 })).toEqual(["t3", "t2", "t1"]);
  expect(await ids({ chatId: elsewhere.chatId, limit: 10 })).toEqual(["t4"]);
  expect(await ids({ states: ["completed", "failed"], limit: 10 })).toEqual(["t2", "t1"]);
  expect(await ids({ states: [], limit: 10 })).toEqual([]);
});

it("lists open tasks in order of acceptance", async () => {
  const db = await scratchDatabase();
  await fill(db, [numbered(5), numbered(2, { state: "running" }), numbered(3, { state: "cancelled" }), numbered(4, elsewhere)]);
  expect((await listOpenTasks(db.read, BUILT_IDS.session)).map(({ id }) => id)).toEqual(["t2", "t5"]);
  expect((await listOpenTasks(db.read)).map(({ id }) => id)).toEqual(["t2", "t5", "t4"]);
});

it("lists open tasks by their place in the queue, whenever they were accepted", async () => {
  const db = await scratchDatabase();
  await fill(db, [numbered(1, { position: 3 }), numbered(2, { position: 1 }), numbered(12, { position: 2 })]);
  expect((await listOpenTasks(db.read, BUILT_IDS.session)).map(({ id }) => id)).toEqual(["t2", "t12", "t1"]);
});

it("lists the tasks of a chat that never ran, and finds tasks by id", async () => {
  const db = await scratchDatabase();
  await fill(db, [
    numbered(1, { state: "completed", startedAt: 1 }),
    numbered(2, { state: "cancelled", startedAt: 1 }),
    numbered(3, { state: "cancelled" }),
    numbered(4, { state: "running", startedAt: 1 }),
    numbered(5),
    // Failed before its turn began: it was said, and the person saw why nothing came of it.
    numbered(6, { state: "failed" }),
    numbered(7, elsewhere),
  ]);
  expect((await listUnrunTasks(db.read, BUILT_IDS.chat)).toSorted()).toEqual(["t3", "t5"]);
  const [one, two, nobody] = [TaskId.parse("t1"), TaskId.parse("t7"), TaskId.parse("nobody")];
  expect((await findTasks(db.read, [two, nobody, one])).map(({ id }) => id).toSorted()).toEqual(["t1", "t7"]);
  expect(await findTasks(db.read, [])).toEqual([]);
});

it("changes only the fields in the patch", async () => {
  const db = await scratchDatabase();
  await fill(db, [numbered(1)]);
  const update = (patch: Parameters<typeof updateTask>[2]) => db.write("full", (tx) => updateTask(tx, TaskId.parse("t1"), patch));
  expect(await update({ state: "running", startedAt: 9 })).toEqual(numbered(1, { state: "running", startedAt: 9 }));
  expect(await update({ text: "Other", evidence: { exitCode: 1 } })).toMatchObject({
    text: "Other",
    evidence: { exitCode: 1 },
    startedAt: 9,
  });
  expect(await update({ evidence: null })).toMatchObject({ evidence: null });
});
