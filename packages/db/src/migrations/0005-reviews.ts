import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds what a person notes about changes: which are viewed, and comments on lines. */
export const reviews: Migration = {
  version: 5,
  steps: [
    { name: "viewed_changes", run: createViewedChanges },
    { name: "line_comments", run: createLineComments },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["viewed_changes", 0], ["line_comments", 0]]));
  },
};

async function createViewedChanges(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("viewed_changes")
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("change_id", "text", (column) => column.notNull())
    .addColumn("viewed_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("viewed_changes_by_session", ["session_id", "change_id"])
    .execute();
}

async function createLineComments(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("line_comments")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("change_id", "text", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("side", "text", (column) => column.notNull())
    .addColumn("line", "integer", (column) => column.notNull())
    .addColumn("quote", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await tx.schema.createIndex("line_comments_by_session").on("line_comments").columns(["session_id", "created_at"]).execute();
}
