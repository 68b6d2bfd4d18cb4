import { type ProjectId, SessionId, type TrashId } from "@boocode/shared/ids";
import { TrashRecord } from "@boocode/shared/trash/trash-entry";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { Schema, TrashTable } from "../../schema.ts";

const codec = recordCodec<TrashTable, TrashRecord>("deletion", TrashRecord, {
  id: "id",
  kind: "kind",
  sessionId: "session_id",
  projectId: "project_id",
  worktreeId: "worktree_id",
  title: "title",
  branch: "branch",
  state: "state",
  holds: "holds",
  isForced: { column: "is_forced", as: "flag" },
  worktree: { column: "worktree", as: "json" },
  beganAt: "began_at",
  deletedAt: "deleted_at",
  expiresAt: "expires_at",
});

/** The changeable fields of a deletion. */
export type TrashPatch = Partial<Pick<TrashRecord, "state" | "holds" | "isForced" | "worktree" | "branch" | "deletedAt" | "expiresAt">>;

/** Stores the beginning of a deletion. A second one of the same session or worktree violates a unique constraint. */
export async function insertTrash(tx: Transaction<Schema>, record: TrashRecord): Promise<void> {
  await tx.insertInto("trash").values(codec.toRow(record)).execute();
}

/** Returns the deletion, or null. */
export async function findTrash(db: Queryable, id: TrashId): Promise<TrashRecord | null> {
  const row = await db.selectFrom("trash").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the deletion of a session, in progress or done, or null. */
export async function findTrashOfSession(db: Queryable, sessionId: SessionId): Promise<TrashRecord | null> {
  const row = await db.selectFrom("trash").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns every deletion of one project or of all, in progress or done, newest first. */
export async function listTrash(db: Queryable, projectId?: ProjectId): Promise<TrashRecord[]> {
  let query = db.selectFrom("trash").selectAll();
  if (projectId !== undefined) query = query.where("project_id", "=", projectId);
  const rows = await query.orderBy("began_at", "desc").orderBy("id", "desc").execute();
  return rows.map(codec.toRecord);
}

/** Returns the sessions whose deletion has begun and not ended. */
export async function listDeletingSessions(db: Queryable): Promise<Set<SessionId>> {
  const rows = await db
    .selectFrom("trash")
    .select("session_id")
    .where("deleted_at", "is", null)

    .where("session_id", "is not", null)
    .execute();
  return new Set(rows.map(({ session_id }) => SessionId.parse(session_id)));
}

/** Updates a deletion and returns it, or null if there is none. */
export async function updateTrash(tx: Transaction<Schema>, id: TrashId, patch: TrashPatch): Promise<TrashRecord | null> {
  const row = await tx.updateTable("trash").set(codec.toPatch(patch)).where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Forgets a deletion: it was refused, its session is back, or it was purged. The session's own rows are not touched. */
export async function deleteTrash(tx: Transaction<Schema>, id: TrashId): Promise<void> {
  await tx.deleteFrom("trash").where("id", "=", id).execute();
}
