import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds to a waiting prompt the running turn that it is meant for. */
export const steering: Migration = {
  version: 12,
  steps: [
    {
      name: "tasks_steers",
      run: async (tx) => {
        await tx.schema.alterTable("tasks").addColumn("steers", "text").execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    await tx.selectFrom("tasks").select("steers").limit(1).execute();
  },
};
