import type { ChangeId, ChatId, EpochMs, SessionId } from "@boocode/shared/ids";
import type { Queryable } from "../database.ts";

/** A chat of a session that is not in the trash. */
export interface TitledChat {
  id: ChatId;
  sessionId: SessionId;
  title: string;
  sessionTitle: string;
  closedAt: EpochMs | null;
}

/** Lists the chats of all sessions that are not in the trash, or of one, the one used last first. */
export async function listTitledChats(db: Queryable, sessionId?: SessionId): Promise<TitledChat[]> {
  let query = db
    .selectFrom("chats")
    .innerJoin("sessions", "sessions.id", "chats.session_id")
    .select(["chats.id", "chats.session_id as sessionId", "chats.title", "sessions.title as sessionTitle", "chats.closed_at as closedAt"])
    .where("sessions.deleted_at", "is", null);
  if (sessionId !== undefined) query = query.where("sessions.id", "=", sessionId);
  return (await query.orderBy("chats.last_activity_at", "desc").orderBy("chats.id").execute()) as TitledChat[];
}

/** Returns at most `limit` pending changes with all words in their path, whatever the case of their letters, the last session first. */
export async function findChangesByPath(
  db: Queryable,
  words: readonly string[],
  { sessionId, limit }: { sessionId: SessionId | undefined; limit: number },
): Promise<{ sessionId: SessionId; changeId: ChangeId; path: string }[]> {
  let query = db
    .selectFrom("pending_changes")
    .innerJoin("sessions", "sessions.id", "pending_changes.session_id")
    .select(["pending_changes.session_id as sessionId", "pending_changes.id as changeId", "pending_changes.path"])
    .where("sessions.deleted_at", "is", null);
  if (sessionId !== undefined) query = query.where("sessions.id", "=", sessionId);
  for (const word of words) {
    query = query.where((eb) => eb(eb.fn<number>("instr", [eb.fn("lower", ["pending_changes.path"]), eb.val(word)]), ">", 0));
  }
  const rows = await query.orderBy("sessions.last_activity_at", "desc").orderBy("pending_changes.path").limit(limit).execute();
  return rows as { sessionId: SessionId; changeId: ChangeId; path: string }[];
}
