import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds the edits that are kept in the store instead of written to a worktree, and what an edit of files does to them. */
export const stagedEdits: Migration = {
  version: 6,
  steps: [
    { name: "staged_edits", run: createStagedEdits },
    {
      name: "edits_staged",
      run: (tx) =>
        tx.schema
          .alterTable("edits")
          .addColumn("staged", "text", (column) => column.notNull().defaultTo("[]"))
          .execute(),
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["staged_edits", 0]]));
    await tx.selectFrom("edits").select("staged").limit(1).execute();
  },
};

async function createStagedEdits(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("staged_edits")
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("base", "text")
    .addColumn("steps", "text", (column) => column.notNull())
    .addColumn("bytes", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("staged_edits_by_path", ["session_id", "path"])
    .execute();
}
