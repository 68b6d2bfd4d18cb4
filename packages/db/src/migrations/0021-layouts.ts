import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds where the tabs of a session stand. */
export const layouts: Migration = {
  version: 21,
  steps: [
    {
      name: "layouts",
      run: (tx) =>
        tx.schema
          .createTable("layouts")
          .addColumn("session_id", "text", (column) => column.primaryKey().notNull().references("sessions.id").onDelete("cascade"))
          .addColumn("revision", "integer", (column) => column.notNull())
          .addColumn("layout", "text", (column) => column.notNull())
          .execute(),
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["layouts", 0]]));
  },
};
