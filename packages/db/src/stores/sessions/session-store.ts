import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { SessionRecord } from "@boocode/shared/sessions/session";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { isEmptyPatch, recordCodec } from "../../record-codec.ts";
import type { Schema, SessionTable } from "../../schema.ts";

const codec = recordCodec<SessionTable, SessionRecord>("session", SessionRecord, {
  id: "id",
  projectId: "project_id",
  title: "title",
  baseRef: "base_ref",
  adoptedBranch: "adopted_branch",
  archived: { column: "archived", as: "flag" },
  lastSeq: "last_seq",
  createdAt: "created_at",
  lastActivityAt: "last_activity_at",
  deletedAt: "deleted_at",
});

/** The changeable fields of a session. Only the journal changes `lastSeq`. */
export type SessionPatch = Partial<Pick<SessionRecord, "title" | "archived" | "lastActivityAt" | "deletedAt">>;

/** Stores a new session. `lastSeq` is 0 unless it already has events. */
export async function insertSession(tx: Transaction<Schema>, session: SessionRecord): Promise<void> {
  await tx.insertInto("sessions").values(codec.toRow(session)).execute();
}

/** Returns the session, deleted or not, or null. */
export async function findSession(db: Queryable, id: SessionId): Promise<SessionRecord | null> {
  const row = await db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns sessions by latest activity, without deleted ones; archived ones only if requested. */
export async function listSessions(
  db: Queryable,
  filter: { projectId?: ProjectId | undefined; includeArchived?: boolean | undefined } = {},
): Promise<SessionRecord[]> {
  let query = db.selectFrom("sessions").selectAll().where("deleted_at", "is", null);
  if (filter.projectId !== undefined) query = query.where("project_id", "=", filter.projectId);
  if (filter.includeArchived !== true) query = query.where("archived", "=", 0);
  const rows = await query.orderBy("last_activity_at", "desc").orderBy("id", "desc").execute();
  return rows.map(codec.toRecord);
}

/** Removes a session's row, and with it its chats, tasks and journal. Its worktrees keep their rows. */
export async function deleteSession(tx: Transaction<Schema>, id: SessionId): Promise<void> {
  await tx.deleteFrom("sessions").where("id", "=", id).execute();
}

/** Updates a session and returns it, or null if there is none. */
export async function updateSession(tx: Transaction<Schema>, id: SessionId, patch: SessionPatch): Promise<SessionRecord | null> {
  const changes = codec.toPatch(patch);
  if (isEmptyPatch(changes)) return findSession(tx, id);
  const row = await tx.updateTable("sessions").set(changes).where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
