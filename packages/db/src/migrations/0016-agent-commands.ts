import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds the commands that agents have announced, in each project and in an empty folder. */
export const agentCommands: Migration = {
  version: 16,
  steps: [
    {
      name: "agent_commands",
      run: async (tx) => {
        await tx.schema
          .createTable("agent_commands")
          .addColumn("agent", "text", (column) => column.notNull())
          .addColumn("project_id", "text", (column) => column.notNull())
          .addColumn("program_key", "text", (column) => column.notNull())
          .addColumn("commands", "text", (column) => column.notNull())
          .addColumn("announced_at", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("agent_commands_pk", ["agent", "project_id"])
          .execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["agent_commands", 0]]));
  },
};
