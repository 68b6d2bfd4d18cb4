import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds to a task the turn it goes on with after a usage limit, and how often it may do so again. */
export const continuing: Migration = {
  version: 13,
  steps: [
    {
      name: "tasks_continues",
      run: async (tx) => {
        await tx.schema.alterTable("tasks").addColumn("continues", "text").execute();
        await tx.schema.alterTable("tasks").addColumn("continues_left", "integer").execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    await tx.selectFrom("tasks").select(["continues", "continues_left"]).limit(1).execute();
  },
};
