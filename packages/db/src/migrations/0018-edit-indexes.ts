import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds to each edit what it stages in a worktree's own index, so that its undo can take that back. */
export const editIndexes: Migration = {
  version: 18,
  steps: [
    {
      name: "edits_index_moves",
      run: (tx) =>
        tx.schema
          .alterTable("edits")
          .addColumn("index_moves", "text", (column) => column.notNull().defaultTo("[]"))
          .execute(),
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    await tx.selectFrom("edits").select("index_moves").limit(1).execute();
  },
};
