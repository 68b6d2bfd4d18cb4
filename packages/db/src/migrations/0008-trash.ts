import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds the trash: deleted sessions and worktrees, and deletions in progress. */
export const trash: Migration = {
  version: 8,
  steps: [
    {
      name: "trash",
      run: async (tx) => {
        await tx.schema
          .createTable("trash")
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("kind", "text", (column) => column.notNull())
          // While a row of the trash is there, its session and project are too: a folder and refs always have an owner.
          .addColumn("session_id", "text", (column) => column.unique().references("sessions.id").onDelete("restrict"))
          .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("restrict"))
          .addColumn("worktree_id", "text", (column) => column.unique().references("worktrees.id").onDelete("restrict"))
          .addColumn("title", "text", (column) => column.notNull())
          .addColumn("branch", "text")
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("holds", "text", (column) => column.notNull())
          .addColumn("is_forced", "integer", (column) => column.notNull())
          .addColumn("worktree", "text")
          .addColumn("began_at", "bigint", (column) => column.notNull())
          .addColumn("deleted_at", "bigint")
          .addColumn("expires_at", "bigint")
          .execute();
        await tx.schema.createIndex("trash_by_project").on("trash").column("project_id").execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["trash", 0]]));
  },
};
