import { Chat } from "@boocode/shared/chats/chat";
import { type ChatId, SessionId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { isEmptyPatch, recordCodec } from "../../record-codec.ts";
import type { ChatTable, Schema } from "../../schema.ts";

const codec = recordCodec<ChatTable, Chat>("chat", Chat, {
  id: "id",
  sessionId: "session_id",
  title: "title",
  agent: "agent",
  model: "model",
  mode: "mode",
  closedAt: "closed_at",
  createdAt: "created_at",
  lastActivityAt: "last_activity_at",
});

export type ChatPatch = Partial<Omit<Chat, "id" | "sessionId" | "createdAt">>;

/** Stores a new chat of an existing session. */
export async function insertChat(tx: Transaction<Schema>, chat: Chat): Promise<void> {
  await tx.insertInto("chats").values(codec.toRow(chat)).execute();
}

/** Returns the chat, open or closed, or null. */
export async function findChat(db: Queryable, id: ChatId): Promise<Chat | null> {
  const row = await db.selectFrom("chats").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns a session's chats, closed ones included, oldest first. */
export async function listChats(db: Queryable, sessionId: SessionId): Promise<Chat[]> {
  const rows = await db.selectFrom("chats").selectAll().where("session_id", "=", sessionId).orderBy("created_at").orderBy("id").execute();
  return rows.map(codec.toRecord);
}

/** Counts the chats of each session in the trash, closed ones included. */
export async function countTrashedChats(db: Queryable): Promise<Map<SessionId, number>> {
  const rows = await db
    .selectFrom("chats")
    .innerJoin("trash", "trash.session_id", "chats.session_id")
    .select(["chats.session_id as sessionId", ({ fn }) => fn.countAll<number>().as("count")])
    .groupBy("chats.session_id")
    .execute();
  return new Map(rows.map(({ sessionId, count }) => [SessionId.parse(sessionId), Number(count)]));
}

/** Updates a chat and returns it, or null if there is none. */
export async function updateChat(tx: Transaction<Schema>, id: ChatId, patch: ChatPatch): Promise<Chat | null> {
  const changes = codec.toPatch(patch);
  if (isEmptyPatch(changes)) return findChat(tx, id);
  const row = await tx.updateTable("chats").set(changes).where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
