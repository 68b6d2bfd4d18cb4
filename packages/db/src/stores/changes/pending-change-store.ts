import { setImmediate as nextTurn } from "node:timers/promises";
import { ChangeOperation, PendingChange } from "@boocode/shared/changes/pending-change";
import type { ChangeId, SessionId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { PendingChangeTable } from "../../change-tables.ts";
import type { Schema } from "../../schema.ts";

const codec = recordCodec<PendingChangeTable, PendingChange>("pending change", PendingChange, {
  id: "id",
  sessionId: "session_id",
  path: "path",
  previousPath: { column: "previous_path", as: "optional" },
  operation: "operation",
  location: "location",
  agent: "agent",
  agents: { column: "agents", as: "json" },
  chatIds: { column: "chat_ids", as: "json" },
  taskIds: { column: "task_ids", as: "json" },
  additions: "additions",
  deletions: "deletions",
  binary: { column: "binary", as: "flag" },
  evidence: "evidence",
  state: "state",
  stale: { column: "stale", as: "flag" },
});

/** Rows per insert: at 16 columns each, well below SQLite's limit of bound values, and short enough for others to have their turn between. */
const ROWS_PER_INSERT = 100;

/** Replaces the session's pending changes. With many, other work of the process has its turn meanwhile. */
export async function replacePendingChanges(
  tx: Transaction<Schema>,
  sessionId: SessionId,
  changes: readonly PendingChange[],
): Promise<void> {
  await tx.deleteFrom("pending_changes").where("session_id", "=", sessionId).execute();
  for (let start = 0; start < changes.length; start += ROWS_PER_INSERT) {
    if (start > 0) await nextTurn();
    const rows = changes.slice(start, start + ROWS_PER_INSERT).map((change) => codec.toRow({ ...change, sessionId }));
    await tx.insertInto("pending_changes").values(rows).execute();
  }
}

/** Returns a session's pending changes, ordered by path. */
export async function listPendingChanges(db: Queryable, sessionId: SessionId): Promise<PendingChange[]> {
  const rows = await db
    .selectFrom("pending_changes")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("path")
    .orderBy("id")
    .execute();
  return rows.map(codec.toRecord);
}

/** Returns the next changes of a session in the order of their paths, at most `limit`, after the last one of the page before. */
export async function listNextPendingChanges(
  db: Queryable,
  sessionId: SessionId,
  { after, limit }: { after: Pick<PendingChange, "path" | "id"> | null; limit: number },
): Promise<PendingChange[]> {
  const all = db.selectFrom("pending_changes").selectAll().where("session_id", "=", sessionId);
  const rest =
    after === null
      ? all
      : all.where((eb) => eb.or([eb("path", ">", after.path), eb.and([eb("path", "=", after.path), eb("id", ">", after.id)])]));
  const rows = await rest.orderBy("path").orderBy("id").limit(limit).execute();
  return rows.map(codec.toRecord);
}

/** Returns those of a session's pending changes that have one of the ids, in any order; at most 1,000 ids. */
export async function findPendingChanges(db: Queryable, sessionId: SessionId, ids: readonly ChangeId[]): Promise<PendingChange[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("pending_changes").selectAll().where("session_id", "=", sessionId).where("id", "in", ids).execute();
  return rows.map(codec.toRecord);
}

/** Returns the paths and kinds of a session's changes below a folder, at most `limit`; an empty folder is the worktree. */
export async function listChangesBelow(
  db: Queryable,
  sessionId: SessionId,
  folder: string,
  limit: number,
): Promise<Pick<PendingChange, "path" | "operation">[]> {
  const all = db.selectFrom("pending_changes").select(["path", "operation"]).where("session_id", "=", sessionId);
  // The character after a slash.
  const below = folder === "" ? all : all.where("path", ">", `${folder}/`).where("path", "<", `${folder}0`);
  const rows = await below.orderBy("path").limit(limit).execute();
  return rows.map(({ path, operation }) => ({ path, operation: ChangeOperation.parse(operation) }));
}
