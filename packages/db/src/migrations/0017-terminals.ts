import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds terminals, and the ports of worktrees. */
export const terminals: Migration = {
  version: 17,
  steps: [
    {
      name: "terminals",
      run: async (tx) => {
        await tx.schema
          .createTable("terminals")
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
          .addColumn("title", "text", (column) => column.notNull())
          .addColumn("cols", "integer", (column) => column.notNull())
          .addColumn("rows", "integer", (column) => column.notNull())
          .addColumn("created_at", "bigint", (column) => column.notNull())
          .addColumn("ended", "text")
          .execute();
        await tx.schema.createIndex("terminals_by_session").on("terminals").columns(["session_id", "created_at"]).execute();
      },
    },
    {
      name: "port_blocks",
      run: async (tx) => {
        await tx.schema
          .createTable("port_blocks")
          .addColumn("worktree_id", "text", (column) => column.primaryKey().notNull().references("worktrees.id").onDelete("cascade"))
          .addColumn("base", "integer", (column) => column.notNull().unique())
          .execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["terminals", 0], ["port_blocks", 0]]));
  },
};
