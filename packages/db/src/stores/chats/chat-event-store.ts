import type { ChatEvent, NewChatEvent, ChatEventType } from "@boocode/shared/chats/chat-event";
import { beginsItem, toItemKey } from "@boocode/shared/chats/item-key";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChatId, Seq, SessionId, TaskId } from "@boocode/shared/ids";
import { sql, type CompiledQuery, type DialectAdapter, type Transaction } from "kysely";
import type { Announce } from "../../announcements.ts";
import { BOUNDED_COLUMNS, boundedBytes, MAX_PAGE_BYTES } from "../bounded-columns.ts";
import type { Queryable } from "../../database.ts";
import { decodeBody } from "../../decode-body.ts";
import type { ChatEventTable, Schema } from "../../schema.ts";

/** Rows per insert. A short statement stays prepared, which makes it half as fast again as one of 500 rows. */
const ROWS_PER_INSERT = 100;
/** Values per `in` list. */
const VALUES_PER_LIST = 1_000;

/**
 * Appends events to the journal and returns them with their seqs.
 *
 * In one transaction, each event gets a seq, dense within the session, the session's `lastActivityAt` advances, and the growth of the
 * journal is announced.
 *
 * Faults: `session_not_found`.
 */
export async function appendChatEvents(
  tx: Transaction<Schema>,
  announce: Pick<Announce, "grown">,
  sessionId: SessionId,
  newEvents: readonly NewChatEvent[],
): Promise<ChatEvent[]> {
  if (newEvents.length === 0) return [];
  const newestAt = newEvents.reduce((newest, { at }) => Math.max(newest, at), 0);
  const session = await tx
    .updateTable("sessions")
    .set((eb) => ({
      last_seq: eb("last_seq", "+", newEvents.length),
      // A value, because a bare number becomes part of the text, and a text that is never the same is prepared anew each time.
      last_activity_at: eb.case().when("last_activity_at", "<", newestAt).then(eb.val(newestAt)).else(eb.ref("last_activity_at")).end(),
    }))
    .where("id", "=", sessionId)
    .returning("last_seq")
    .executeTakeFirst();
  if (!session) throw new DomainError({ kind: "session_not_found", sessionId });
  const firstSeq = session.last_seq - newEvents.length + 1;
  const events = newEvents.map(({ chatId, taskId, at, body }, index): ChatEvent => ({
    sessionId,
    seq: firstSeq + index,
    chatId,
    taskId,
    at,
    body,
  }));
  await insertEvents(tx, events);
  announce.grown(sessionId);
  return events;
}

/** Removes the first `limit` events of a session that is going away; returns whether there may be more. */
export async function deleteSessionEvents(tx: Transaction<Schema>, sessionId: SessionId, limit: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("chat_events")
    .where("session_id", "=", sessionId)
    .where("seq", "in", (eb) => eb.selectFrom("chat_events").select("seq").where("session_id", "=", sessionId).orderBy("seq").limit(limit))
    .executeTakeFirstOrThrow();
  return numDeletedRows >= limit;
}

/** Returns at most `limit` events of the session after a seq, oldest first. */
export async function readSessionEvents(db: Queryable, sessionId: SessionId, afterSeq: Seq, limit: number): Promise<ChatEvent[]> {
  const rows = await db
    .selectFrom("chat_events")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("seq", ">", afterSeq)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map(toChatEvent);
}

/**
 * Returns all events of the chat's last `limit` items, or the last `limit` items that begin before `before`, oldest first, from one
 * snapshot.
 *
 * Returns fewer items if together they exceed {@link MAX_PAGE_BYTES}, but at least one. A text that is too long is cut and marked as cut.
 * Events that belong to no item are excluded. The time does not grow with the length of the chat.
 */
export async function readTranscriptEvents(
  db: Queryable,
  chatId: ChatId,
  page: { before?: Seq | undefined; limit: number },
): Promise<{ events: ChatEvent[]; hasMore: boolean }> {
  const limit = await countFitting(db, chatId, page);
  // One extra item shows whether there are more. A single statement keeps folding and appending from happening in between.
  const rows = await transcriptQuery(db, chatId, { before: page.before, limit: limit + 1 }).execute();
  const begins = rows.filter((row) => row.item_seq !== null).sort((a, b) => Number(a.item_seq) - Number(b.item_seq));
  const surplus = begins.length > limit ? begins[0]?.item_key : undefined;
  const kept = surplus === undefined ? rows : rows.filter((row) => row.item_key !== surplus);
  return { events: kept.map(toChatEvent), hasMore: surplus !== undefined };
}

/** The statement behind {@link readTranscriptEvents}, exported for the test of its query plan. */
export function transcriptQuery(db: Queryable, chatId: ChatId, page: { before?: Seq | undefined; limit: number }) {
  let items = db.selectFrom("chat_events").select("item_key").where("chat_id", "=", chatId).where("item_seq", "is not", null);
  if (page.before !== undefined) items = items.where("item_seq", "<", page.before);
  return db
    .selectFrom("chat_events")
    .select(BOUNDED_COLUMNS)
    .where("chat_id", "=", chatId)
    .where("item_key", "in", items.orderBy("item_seq", "desc").limit(page.limit))
    .orderBy("seq");
}

/** Returns how many of the requested items fit on one page, at least one. */
async function countFitting(db: Queryable, chatId: ChatId, page: { before?: Seq | undefined; limit: number }): Promise<number> {
  const sizes = await itemSizesQuery(db, chatId, page).execute();
  let bytes = 0;
  const tooMany = sizes.findIndex((item, index) => {
    bytes += Number(item.bytes);
    return bytes > MAX_PAGE_BYTES && index > 0;
  });
  return tooMany === -1 ? page.limit : tooMany;
}

/** Selects the size of each item of a page, newest first. `octet_length` does not read the text itself. */
function itemSizesQuery(db: Queryable, chatId: ChatId, page: { before?: Seq | undefined; limit: number }) {
  let items = db
    .selectFrom("chat_events as item")
    .select((eb) =>
      eb
        .selectFrom("chat_events as event")
        .select(sql<number>`sum(${boundedBytes("event")})`.as("bytes"))
        .whereRef("event.chat_id", "=", "item.chat_id")
        .whereRef("event.item_key", "=", "item.item_key")
        .as("bytes"),
    )
    .where("item.chat_id", "=", chatId)
    .where("item.item_seq", "is not", null);
  if (page.before !== undefined) items = items.where("item.item_seq", "<", page.before);
  return items.orderBy("item.item_seq", "desc").limit(page.limit);
}

/** Returns all events of the chat that belong to these items, oldest first. At most {@link VALUES_PER_LIST} keys. */
export async function readItemEvents(db: Queryable, chatId: ChatId, keys: readonly string[]): Promise<ChatEvent[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .selectFrom("chat_events")
    .select(BOUNDED_COLUMNS)
    .where("chat_id", "=", chatId)
    .where("item_key", "in", keys)
    .orderBy("seq")
    .execute();
  return rows.map(toChatEvent);
}

/** Returns the events of one task, oldest first. If types are given, only those are read. */
export async function readTaskEvents(db: Queryable, taskId: TaskId, types?: readonly ChatEventType[]): Promise<ChatEvent[]> {
  let query = db.selectFrom("chat_events").selectAll().where("task_id", "=", taskId);
  if (types) query = query.where("type", "in", types);
  return (await query.orderBy("seq").execute()).map(toChatEvent);
}

/** Returns the type of the task's newest event of these types, or null. Reads no payload. */
export async function findLastEventType(db: Queryable, taskId: TaskId, types: readonly ChatEventType[]): Promise<string | null> {
  const row = await db
    .selectFrom("chat_events")
    .select("type")
    .where("task_id", "=", taskId)
    .where("type", "in", types)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.type ?? null;
}

/**
 * Replaces the raw events of a finished task with the folded ones found by `foldParts`. Freed seqs are never assigned again, and a reader
 * whose cursor is past them misses nothing.
 */
export async function replaceTaskEvents(
  tx: Transaction<Schema>,
  sessionId: SessionId,
  removedSeqs: readonly Seq[],
  inserted: readonly ChatEvent[],
): Promise<void> {
  for (let start = 0; start < removedSeqs.length; start += VALUES_PER_LIST) {
    await tx
      .deleteFrom("chat_events")
      .where("session_id", "=", sessionId)
      .where("seq", "in", removedSeqs.slice(start, start + VALUES_PER_LIST))
      .execute();
  }
  await insertEvents(tx, inserted);
}

/** Returns the newest seq assigned in a session: 0 if there is none, null if there is no such session. */
export async function findLastSeq(db: Queryable, sessionId: SessionId): Promise<Seq | null> {
  const row = await db.selectFrom("sessions").select("last_seq").where("id", "=", sessionId).executeTakeFirst();
  return row ? row.last_seq : null;
}

async function insertEvents(tx: Transaction<Schema>, events: readonly ChatEvent[]): Promise<void> {
  const rows = events.map(toRow);
  await placeItems(tx, events, rows);
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) await insertRows(tx, rows.slice(start, start + ROWS_PER_INSERT));
}

/** The compiled insert of {@link ROWS_PER_INSERT} rows per dialect. Compiling it each time costs half as much as SQLite's own work. */
const fullInserts = new WeakMap<DialectAdapter, CompiledQuery>();

async function insertRows(tx: Transaction<Schema>, rows: readonly ChatEventTable[]): Promise<void> {
  const insert = () => tx.insertInto("chat_events").values(rows);
  if (rows.length < ROWS_PER_INSERT) {
    await insert().execute();
    return;
  }
  const { adapter } = tx.getExecutor();
  const compiled = fullInserts.get(adapter) ?? insert().compile();
  fullInserts.set(adapter, compiled);
  await tx.executeQuery({ ...compiled, parameters: rows.flatMap((row) => Object.values(row)) });
}

/** Sets `item_seq` on the rows that begin an item, which are the first of their key in the chat, and on no others. */
async function placeItems(tx: Transaction<Schema>, events: readonly ChatEvent[], rows: readonly ChatEventTable[]): Promise<void> {
  const byChat = new Map<string, Map<string, number>>();
  for (const [index, row] of rows.entries()) {
    const { chat_id, item_key } = row;
    const event = events[index];
    if (chat_id === null || item_key === null || event === undefined || !beginsItem(event.body)) continue;
    const firsts = byChat.get(chat_id) ?? new Map<string, number>();
    if (!firsts.has(item_key)) firsts.set(item_key, index);
    byChat.set(chat_id, firsts);
  }
  for (const [chatId, firsts] of byChat) {
    const begun = await findBegunItems(tx, chatId, [...firsts.keys()]);
    for (const [key, index] of firsts) {
      const row = rows[index];
      const body = events[index]?.body;
      if (row === undefined || body === undefined || begun.has(key)) continue;
      row.item_seq = body.type === "part.set" ? (body.firstSeq ?? row.seq) : row.seq;
    }
  }
}

async function findBegunItems(tx: Transaction<Schema>, chatId: string, keys: readonly string[]): Promise<Set<string>> {
  const begun = new Set<string>();
  for (let start = 0; start < keys.length; start += VALUES_PER_LIST) {
    const found = await begunItemsQuery(tx, chatId, keys.slice(start, start + VALUES_PER_LIST)).execute();
    for (const { item_key } of found) if (item_key !== null) begun.add(item_key);
  }
  return begun;
}

/**
 * Selects which of these items have begun, for `appendChatEvents` and the test of its query plan.
 *
 * `<> 0` means "is not null" here, because places start at 1, but cannot be used as a range: otherwise SQLite scans all items of the chat
 * instead of looking up these few.
 */
export function begunItemsQuery(db: Queryable, chatId: string, keys: readonly string[]) {
  return db
    .selectFrom("chat_events")
    .select("item_key")
    .where("chat_id", "=", chatId)
    .where("item_key", "in", keys)
    .where("item_seq", "<>", 0);
}

function toRow(event: ChatEvent): ChatEventTable {
  return {
    session_id: event.sessionId,
    seq: event.seq,
    chat_id: event.chatId,
    task_id: event.taskId,
    item_key: event.chatId === null ? null : toItemKey(event),
    item_seq: null,
    type: event.body.type,
    at: event.at,
    payload: JSON.stringify(event.body),
  };
}

/** Ids come from our own journal and are not parsed again. Only the payload can come from another version. */
function toChatEvent(row: ChatEventTable): ChatEvent {
  return {
    sessionId: row.session_id as SessionId,
    seq: row.seq,
    chatId: row.chat_id as ChatId | null,
    taskId: row.task_id as TaskId | null,
    at: row.at,
    body: decodeBody(row),
  };
}
