import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds the agents that the person keeps warm, by chat. */
export const keptWarm: Migration = {
  version: 11,
  steps: [
    {
      name: "kept_warm",
      run: async (tx) => {
        await tx.schema
          .createTable("kept_warm")
          .addColumn("chat_id", "text", (column) => column.notNull().references("chats.id").onDelete("cascade"))
          .addColumn("agent", "text", (column) => column.notNull())
          .addColumn("since", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("kept_warm_key", ["chat_id", "agent"])
          .execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["kept_warm", 0]]));
  },
};
