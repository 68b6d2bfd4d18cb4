import { Edit, EditSummary, JudgedChange, MAX_SHOWN_PATHS } from "@boocode/shared/changes/edits/edit";
import { type ChangeId, EditId, type ProjectId, type SessionId, type TaskId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { EditChangeTable, EditTable } from "../../change-tables.ts";
import type { Schema } from "../../schema.ts";
import { storageFault } from "../../storage-fault.ts";

type EditRow = Omit<EditTable, "shown_paths" | "path_count">;
const codec = recordCodec<EditRow, Omit<Edit, "judged">>("edit", Edit.omit({ judged: true }), {
  id: "id",
  sessionId: "session_id",
  projectId: "project_id",
  worktreeId: "worktree_id",
  kind: "kind",
  state: "state",
  files: { column: "files", as: "json" },
  base: { column: "base", as: "json" },
  baseBefore: "base_before",
  baseAfter: "base_after",
  index: { column: "index_moves", as: "json" },
  staged: { column: "staged", as: "json" },
  undoes: "undoes",
  taskId: "task_id",
  reason: "reason",
  createdAt: "created_at",
  endedAt: "ended_at",
});

const summaryCodec = recordCodec<
  Omit<EditTable, "session_id" | "project_id" | "worktree_id" | "files" | "base" | "base_before" | "base_after" | "index_moves" | "staged">,
  EditSummary
>("edit", EditSummary, {
  id: "id",
  kind: "kind",
  state: "state",
  paths: { column: "shown_paths", as: "json" },
  pathCount: "path_count",
  undoes: "undoes",
  taskId: "task_id",
  reason: "reason",
  createdAt: "created_at",
  endedAt: "ended_at",
});
const SUMMARY_COLUMNS = [
  "id",
  "kind",
  "state",
  "shown_paths",
  "path_count",
  "undoes",
  "task_id",
  "reason",
  "created_at",
  "ended_at",
] as const;

/** Rows per insert, well below SQLite's limit of bound values. */
const ROWS_PER_INSERT = 500;

export type EditPatch = Partial<Pick<Edit, "state" | "files" | "reason" | "endedAt">>;

/** Stores a new edit. `paths`: all its paths as text, of which the first {@link MAX_SHOWN_PATHS} are stored for lists. */
export async function insertEdit(tx: Transaction<Schema>, edit: Edit, paths: readonly string[]): Promise<void> {
  const shown = JSON.stringify(paths.slice(0, MAX_SHOWN_PATHS));
  await tx
    .insertInto("edits")
    .values({ ...codec.toRow(edit), shown_paths: shown, path_count: paths.length })
    .execute();
  const rows = edit.judged.map(({ row, hunks }, place): EditChangeTable => ({
    edit_id: edit.id,
    change_id: row.id,
    place,
    row: JSON.stringify(row),
    hunks: hunks === null ? null : JSON.stringify(hunks),
  }));
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto("edit_changes")
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .execute();
  }
}

/** Updates an edit's state. Does nothing if there is no such edit. */
export async function updateEdit(tx: Transaction<Schema>, id: EditId, patch: EditPatch): Promise<void> {
  await tx.updateTable("edits").set(codec.toPatch(patch)).where("id", "=", id).execute();
}

/** Returns the edit, or null. */
export async function findEdit(db: Queryable, id: EditId): Promise<Edit | null> {
  const row = await db.selectFrom("edits").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? withJudged(db, row) : null;
}

/** Returns the ids of all edits of a session. */
export async function listEditIds(db: Queryable, sessionId: SessionId): Promise<EditId[]> {
  const rows = await db.selectFrom("edits").select("id").where("session_id", "=", sessionId).execute();
  return rows.map(({ id }) => EditId.parse(id));
}

/** Returns the edits that are not settled (started, reverting or in need of attention), oldest first. */
export async function listUnsettledEdits(db: Queryable): Promise<Edit[]> {
  const rows = await db
    .selectFrom("edits")
    .selectAll()
    .where("state", "in", ["started", "reverting", "needs_attention"])
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  const edits: Edit[] = [];
  for (const row of rows) edits.push(await withJudged(db, row));
  return edits;
}

/** Returns what the person saved by hand while a turn ran, and took back, oldest first. */
export async function listSavesDuring(db: Queryable, sessionId: SessionId, taskId: TaskId): Promise<Pick<Edit, "files">[]> {
  const rows = await db
    .selectFrom("edits")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("task_id", "=", taskId)
    .where("kind", "in", ["save", "undo_save"])
    .where("state", "in", ["done", "undone"])
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(codec.toRecord);
}

/** Returns the session's newest edits, newest first; of what was saved by hand, only what is not settled. */
export async function listEdits(db: Queryable, sessionId: SessionId, limit: number): Promise<EditSummary[]> {
  const rows = await db
    .selectFrom("edits")
    .select(SUMMARY_COLUMNS)
    .where("session_id", "=", sessionId)
    .where((eb) => eb.or([eb("kind", "not in", ["save", "undo_save"]), eb("state", "not in", ["done", "undone", "failed"])]))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(summaryCodec.toRecord);
}

/** Returns the newest edit of one kind that is done and judged this change, or null. */
export async function findEditOfChange(db: Queryable, sessionId: SessionId, kind: Edit["kind"], changeId: ChangeId): Promise<Edit | null> {
  const row = await db
    .selectFrom("edits")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("kind", "=", kind)
    .where("state", "=", "done")
    .where("id", "in", (eb) => eb.selectFrom("edit_changes").select("edit_id").where("change_id", "=", changeId))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .executeTakeFirst();
  return row ? withJudged(db, row) : null;
}

/** Returns the newest restore of a turn that is done, or null. */
export async function findRestoreOfTask(db: Queryable, taskId: TaskId): Promise<Edit | null> {
  const row = await db
    .selectFrom("edits")
    .selectAll()
    .where("task_id", "=", taskId)
    .where("kind", "=", "restore")
    .where("state", "=", "done")
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .executeTakeFirst();
  return row ? withJudged(db, row) : null;
}

/** Returns the projects that have edits which ended before a time. */
export async function listProjectsWithOldEdits(db: Queryable, before: number): Promise<ProjectId[]> {
  const rows = await db.selectFrom("edits").select("project_id").distinct().where("ended_at", "<", before).execute();
  return rows.map(({ project_id }) => project_id as ProjectId);
}

async function withJudged(db: Queryable, row: EditTable): Promise<Edit> {
  const rows = await db.selectFrom("edit_changes").selectAll().where("edit_id", "=", row.id).orderBy("place").execute();
  return { ...codec.toRecord(row), judged: rows.map(toJudged) };
}

function toJudged({ row, hunks }: EditChangeTable): JudgedChange {
  try {
    return JudgedChange.parse({ row: JSON.parse(row), hunks: hunks === null ? null : JSON.parse(hunks) });
  } catch (error) {
    throw storageFault(`A stored edit cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
