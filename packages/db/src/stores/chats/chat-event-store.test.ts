import type { ChatEventBody, NewChatEvent } from "@boocode/shared/chats/chat-event";
import { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildSession } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, scratchFile, seed } from "../../../test/scratch-database.ts";
import { appendChatEvents, findLastSeq, readSessionEvents, readTaskEvents, replaceTaskEvents } from "./chat-event-store.ts";
import { insertChat } from "./chat-store.ts";
import type { Database } from "../../database.ts";
import { findSession, insertSession } from "../sessions/session-store.ts";

const { session, chat, task } = BUILT_IDS;
const AT = 5_000;

const newEvent = (body: ChatEventBody, given: Partial<NewChatEvent> = {}): NewChatEvent => ({
  chatId: chat,
  taskId: task,
  at: AT,
  body,
  ...given,
});
const notice = (text: string): NewChatEvent => newEvent({ type: "notice", level: "info", text });
const delta = (partId: string, offset: number, text: string, given: Partial<NewChatEvent> = {}): NewChatEvent =>
  newEvent({ type: "text.delta", partId, offset, text }, given);

const append = (db: Database, newEvents: readonly NewChatEvent[]) =>
  db.write("normal", (tx, announce) => appendChatEvents(tx, announce, session, newEvents));
const readAll = (db: Database) => readSessionEvents(db.read, session, 0, 100_000);

/** Each event's seq, with the place of its item if it begins one. */
async function places(db: Database): Promise<Record<number, string>> {
  const rows = await db.read
    .selectFrom("chat_events")
    .select(["seq", "item_key", "item_seq"])
    .where("item_seq", "is not", null)
    .orderBy("seq")
    .execute();
  return Object.fromEntries(rows.map((row) => [row.seq, `${row.item_key}@${row.item_seq}`]));
}

it("assigns each event the next seq and returns it as it will be read", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const first = await append(db, [notice("one"), notice("two")]);
  const second = await append(db, [newEvent({ type: "queue.changed", taskIds: [task] }, { chatId: null, taskId: null, at: AT + 1 })]);
  expect([...first, ...second].map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(await readAll(db)).toEqual([...first, ...second]);
  expect(await readSessionEvents(db.read, session, 1, 1)).toEqual([first[1]]);
  expect(await readSessionEvents(db.read, session, 3, 10)).toEqual([]);
  expect(await findLastSeq(db.read, session)).toBe(3);
  expect(await findLastSeq(db.read, SessionId.parse("nobody"))).toBeNull();
  expect(await findSession(db.read, session)).toMatchObject({ lastSeq: 3, lastActivityAt: AT + 1 });
});

it("never moves a session's last activity back", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await append(db, [newEvent({ type: "notice", level: "info", text: "early" }, { at: 3 })]);
  expect(await findSession(db.read, session)).toMatchObject({ lastActivityAt: buildSession().lastActivityAt });
});

it("stores nothing and assigns no seq if the transaction fails", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await append(db, [notice("one")]);
  const failed = db.write("full", async (tx, announce) => {
    await appendChatEvents(tx, announce, session, [notice("lost")]);
    throw new Error("on purpose");
  });
  await expect(failed).rejects.toThrow("on purpose");
  expect(await append(db, [notice("two")])).toMatchObject([{ seq: 2 }]);
  expect((await readAll(db)).map(({ body }) => body)).toEqual([notice("one").body, notice("two").body]);
});

it("accepts an empty batch, and refuses an unknown session", async () => {
  const db = await scratchDatabase();
  await seed(db);
  expect(await append(db, [])).toEqual([]);
  const nobody = SessionId.parse("nobody");
  await expect(db.write("normal", (tx, announce) => appendChatEvents(tx, announce, nobody, [notice("x")]))).rejects.toMatchObject({
    fault: { kind: "session_not_found", sessionId: nobody },
  });
});

it("accepts more events than one statement can bind", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const stored = await append(
    db,
    Array.from({ length: 5_001 }, (_, index) => delta("p", index, "x")),
  );
  expect(stored.at(-1)?.seq).toBe(5_001);
  expect(await readAll(db)).toEqual(stored);
});

it("stores every batch correctly when statements are reused", async () => {
  const db = await scratchDatabase();
  await seed(db);
  // The first batch has no chat events; the third is slightly larger than whole statements.
  const ofNoChat = { chatId: null, taskId: null };
  const queue = (at: number) => newEvent({ type: "queue.changed", taskIds: [] }, { ...ofNoChat, at });
  const batches = [100, 100, 203].map((size, batch) =>
    Array.from({ length: size }, (_, index) =>
      batch === 0 || index % 7 === 6 ? queue(index) : delta(`part-${batch}`, index, "x", { at: index }),
    ),
  );
  const stored: Awaited<ReturnType<typeof append>> = [];
  for (const batch of batches) stored.push(...(await append(db, batch)));
  expect(await readAll(db)).toEqual(stored);
  expect(stored.map(({ at, body, chatId }) => ({ at, body, chatId }))).toEqual(
    batches.flat().map(({ at, body, chatId }) => ({ at, body, chatId })),
  );
  expect(await places(db)).toEqual({ 101: "part:part-1@101", 201: "part:part-2@201" });
});

it("is dense per session with two writers on one file", async () => {
  const file = scratchFile();
  const one = await scratchDatabase(file);
  await seed(one);
  const other = await scratchDatabase(file);
  const other2 = SessionId.parse("session-2");
  await one.write("full", (tx) => insertSession(tx, buildSession({ id: other2 })));
  const writes = Array.from({ length: 60 }, (_, index) => {
    const db = index % 2 === 0 ? one : other;
    const into = index % 3 === 0 ? other2 : session;
    return db.write(index % 5 === 0 ? "full" : "normal", (tx, announce) =>
      appendChatEvents(tx, announce, into, [notice(`a${index}`), notice(`b${index}`)]),
    );
  });
  const stored = (await Promise.all(writes)).flat();
  for (const id of [session, other2]) {
    const mine = stored.filter(({ sessionId }) => sessionId === id).toSorted((a, b) => a.seq - b.seq);
    expect(mine.map(({ seq }) => seq)).toEqual(Array.from({ length: mine.length }, (_, index) => index + 1));
    expect(await readSessionEvents(other.read, id, 0, 1_000)).toEqual(mine);
  }
});

it("marks only the first event of each item, across batches", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const started: ChatEventBody = { type: "tool.started", callId: "c", name: "bash", kind: "command", title: "Run", paths: [], input: {} };
  await append(db, [delta("p", 0, "He"), delta("p", 2, "llo"), newEvent(started)]);
  await append(db, [
    delta("p", 0, "He"),
    newEvent({ type: "tool.updated", callId: "c", status: "completed", result: {} }),
    newEvent({ type: "part.set", partId: "p", kind: "text", firstSeq: null, text: "Hello" }),
    delta("late", 4, "no beginning"),
    notice("n"),
    newEvent({
      type: "usage.updated",
      usage: { inputTokens: 1, outputTokens: 1, cachedTokens: 0, cost: null, contextUsed: null, contextSize: null },
    }),
  ]);
  expect(await places(db)).toEqual({ 1: "part:p@1", 3: "tool:c@3", 8: "notice:8@8" });
});

it("separates equal keys of two chats, and gives an event without a chat no item", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const second = ChatId.parse("chat-2");
  await db.write("full", (tx) => insertChat(tx, buildChat({ id: second })));
  await append(db, [delta("p", 0, "a"), delta("p", 0, "b", { chatId: second }), delta("q", 0, "c", { chatId: null })]);
  expect(await places(db)).toEqual({ 1: "part:p@1", 2: "part:p@2" });
});

it("replaces raw events with folded ones, and keeps their items in place", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const ended: ChatEventBody = {
    type: "task.ended",
    state: "completed",
    agent: BUILT_IDS.agent,
    model: "m",
    cause: null,
    evidence: null,
    durationMs: 1,
    usage: null,
    filesChanged: 0,
  };
  const raw = await append(db, [
    notice("n"),
    delta("p", 0, "a"),
    delta("q", 0, "x"),
    delta("p", 1, "b"),
    delta("q", 1, "y"),
    newEvent(ended),
  ]);
  const folded = { sessionId: session, chatId: chat, taskId: task, at: AT };
  const set = (partId: string, seq: number, firstSeq: number, text: string) => ({
    ...folded,
    seq,
    body: { type: "part.set" as const, partId, kind: "text" as const, firstSeq, text },
  });
  await db.write("full", (tx) => replaceTaskEvents(tx, session, [2, 3, 4, 5], [set("p", 4, 2, "ab"), set("q", 5, 3, "xy")]));
  expect(await readTaskEvents(db.read, task)).toEqual([raw[0], set("p", 4, 2, "ab"), set("q", 5, 3, "xy"), raw[5]]);
  expect(await places(db)).toEqual({ 1: "notice:1@1", 4: "part:p@2", 5: "part:q@3", 6: `end:${task}@6` });
  expect(await findLastSeq(db.read, session)).toBe(6);
  expect(await append(db, [notice("next")])).toMatchObject([{ seq: 7 }]);
});

it("folds more events than fit in one list", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const raw = await append(
    db,
    Array.from({ length: 3_500 }, (_, index) => delta("p", index, "x")),
  );
  const body: ChatEventBody = { type: "part.set", partId: "p", kind: "text", firstSeq: 1, text: "x".repeat(3_500) };
  const folded = { sessionId: session, seq: 3_500, chatId: chat, taskId: task, at: AT, body };
  await db.write("full", (tx) =>
    replaceTaskEvents(
      tx,
      session,
      raw.map(({ seq }) => seq),
      [folded],
    ),
  );
  expect(await readAll(db)).toEqual([folded]);
});

it("reads one task's events in order", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const other = TaskId.parse("task-2");
  const stored = await append(db, [delta("p", 0, "a"), delta("q", 0, "b", { taskId: other }), delta("p", 1, "c")]);
  expect(await readTaskEvents(db.read, task)).toEqual([stored[0], stored[2]]);
  expect(await readTaskEvents(db.read, other)).toEqual([stored[1]]);
});

it.each([
  ["no JSON", "{broken"],
  ["another shape", '{"type":"notice","level":"loud"}'],
  ["a type of a later version", '{"type":"telepathy"}'],
  ["no object", "null"],
  ["a delta without an offset", '{"type":"text.delta","partId":"p","text":"a"}'],
  ["a delta with a negative offset", '{"type":"text.delta","partId":"p","offset":-1,"text":"a"}'],
  ["a delta without a part", '{"type":"thought.delta","partId":"","offset":0,"text":"a"}'],
])("reads a payload that is %s as unreadable, and keeps the original", async (_, payload) => {
  const db = await scratchDatabase();
  await seed(db);
  const [first, , third] = await append(db, [notice("one"), notice("two"), notice("three")]);
  await db.write("full", (tx) => tx.updateTable("chat_events").set({ payload }).where("seq", "=", 2).execute());
  const [readFirst, readSecond, readThird] = await readAll(db);
  expect([readFirst, readThird]).toEqual([first, third]);
  expect(readSecond).toMatchObject({ seq: 2, chatId: chat, body: { type: "unreadable", originalType: "notice" } });
  expect(await db.read.selectFrom("chat_events").select("payload").where("seq", "=", 2).execute()).toEqual([{ payload }]);
});
