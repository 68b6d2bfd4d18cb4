import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds what agents said of themselves: their versions, modes and models. */
export const learnedAgents: Migration = {
  version: 14,
  steps: [
    {
      name: "learned_agents",
      run: async (tx) => {
        await tx.schema
          .createTable("learned_agents")
          .addColumn("agent", "text", (column) => column.primaryKey().notNull())
          .addColumn("program_key", "text", (column) => column.notNull())
          .addColumn("probed_version", "text")
          .addColumn("version", "text")
          .addColumn("modes", "text", (column) => column.notNull())
          .addColumn("models", "text", (column) => column.notNull())
          .addColumn("learned_at", "bigint", (column) => column.notNull())
          .execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["learned_agents", 0]]));
  },
};
