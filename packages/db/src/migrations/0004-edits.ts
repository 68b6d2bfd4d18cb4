import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds edits, which record what a person's click writes to files, and the changes that each of them judged. */
export const edits: Migration = {
  version: 4,
  steps: [
    { name: "edits", run: createEdits },
    { name: "edit_changes", run: createEditChanges },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["edits", 0], ["edit_changes", 0]]));
  },
};

async function createEdits(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("edits")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("project_id", "text", (column) => column.notNull())
    .addColumn("worktree_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("files", "text", (column) => column.notNull())
    .addColumn("base", "text", (column) => column.notNull())
    .addColumn("base_before", "text")
    .addColumn("base_after", "text")
    .addColumn("shown_paths", "text", (column) => column.notNull())
    .addColumn("path_count", "integer", (column) => column.notNull())
    .addColumn("undoes", "text")
    .addColumn("task_id", "text")
    .addColumn("reason", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("ended_at", "bigint")
    .execute();
  await tx.schema.createIndex("edits_by_session").on("edits").columns(["session_id", "created_at"]).execute();
  await tx.schema.createIndex("edits_by_state").on("edits").column("state").execute();
}

async function createEditChanges(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("edit_changes")
    .addColumn("edit_id", "text", (column) => column.notNull().references("edits.id").onDelete("cascade"))
    .addColumn("change_id", "text", (column) => column.notNull())
    .addColumn("place", "integer", (column) => column.notNull())
    .addColumn("row", "text", (column) => column.notNull())
    .addColumn("hunks", "text")
    .addPrimaryKeyConstraint("edit_changes_by_edit", ["edit_id", "change_id"])
    .execute();
  await tx.schema.createIndex("edit_changes_by_change").on("edit_changes").column("change_id").execute();
}
