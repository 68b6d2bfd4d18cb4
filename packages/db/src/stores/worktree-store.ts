import type { ProjectId, SessionId, WorktreeId } from "@boocode/shared/ids";
import { Worktree } from "@boocode/shared/worktrees/worktree";
import { sql, type Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import { isEmptyPatch, recordCodec } from "../record-codec.ts";
import type { Schema, WorktreeTable } from "../schema.ts";

const codec = recordCodec<WorktreeTable, Worktree>("worktree", Worktree, {
  id: "id",
  sessionId: "session_id",
  projectId: "project_id",
  hostId: "host_id",
  path: "path",
  branch: "branch",
  adopted: "adopted",
  baseCommit: "base_commit",
  baseTree: "base_tree",
  lastCheckpoint: "last_checkpoint",
  device: "device",
  inode: "inode",
  state: "state",
  head: "head",
  setUpAt: "set_up_at",
  createdAt: "created_at",
});

export type WorktreePatch = Partial<Omit<Worktree, "id" | "projectId" | "createdAt">>;

/** Stores a new worktree. A second worktree of a session violates the unique index unless the first is removed. */
export async function insertWorktree(tx: Transaction<Schema>, worktree: Worktree): Promise<void> {
  await tx.insertInto("worktrees").values(codec.toRow(worktree)).execute();
}

/** Returns the session's worktree that is not removed (creating, live or missing), or null. */
export async function findLiveWorktree(db: Queryable, sessionId: SessionId): Promise<Worktree | null> {
  const row = await db
    .selectFrom("worktrees")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("state", "<>", sql.lit("removed"))
    .executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the worktree, removed or not, or null. */
export async function findWorktree(db: Queryable, id: WorktreeId): Promise<Worktree | null> {
  const row = await db.selectFrom("worktrees").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Forgets a worktree that is removed. */
export async function deleteWorktree(tx: Transaction<Schema>, id: WorktreeId): Promise<void> {
  await tx.deleteFrom("worktrees").where("id", "=", id).where("state", "=", "removed").execute();
}

/** Returns all worktrees of one project or of all, removed ones included, oldest first. */
export async function listWorktrees(db: Queryable, projectId?: ProjectId): Promise<Worktree[]> {
  let query = db.selectFrom("worktrees").selectAll();
  if (projectId !== undefined) query = query.where("project_id", "=", projectId);
  const rows = await query.orderBy("created_at").orderBy("id").execute();
  return rows.map(codec.toRecord);
}

/** Updates a worktree and returns it, or null if there is none. */
export async function updateWorktree(tx: Transaction<Schema>, id: WorktreeId, patch: WorktreePatch): Promise<Worktree | null> {
  const changes = codec.toPatch(patch);
  const row = isEmptyPatch(changes)
    ? await tx.selectFrom("worktrees").selectAll().where("id", "=", id).executeTakeFirst()
    : await tx.updateTable("worktrees").set(changes).where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
