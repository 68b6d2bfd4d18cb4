import { sql } from "kysely";
import type { Migration } from "../src/migrations/migration.ts";
import { ALL_MIGRATIONS } from "../src/migrations/all-migrations.ts";
import { expectRows } from "../src/migrations/row-counts.ts";

const version = (ALL_MIGRATIONS.at(-1)?.version ?? 0) + 1;

/**
 * The kinds of change a later version will make: a column, a table, and the rebuild of a table that others point to. What the
 * rebuild would cascade to (tasks, agent sessions) must be there afterwards.
 */
export const SAMPLE_MIGRATION: Migration = {
  version,
  steps: [
    { name: "add_colour", run: (tx) => tx.schema.alterTable("projects").addColumn("colour", "text").execute() },
    {
      name: "fill_colour",
      run: async (tx) => {
        await tx.updateTable("projects").set({ colour: "blue" }).execute();
      },
    },
    {
      name: "copy_chats",
      run: async (tx) => {
        await tx.schema
          .createTable("chats_new")
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
          .addColumn("title", "text", (column) => column.notNull())
          .execute();
        await sql`insert into chats_new (id, session_id, title) select id, session_id, title from chats`.execute(tx);
      },
    },
    {
      name: "swap_chats",
      run: async (tx) => {
        await tx.schema.dropTable("chats").execute();
        await tx.schema.alterTable("chats_new").renameTo("chats").execute();
      },
    },
  ],
  verify: expectRows,
};

/** The program's own migrations and one more. */
export const WITH_SAMPLE: readonly Migration[] = [...ALL_MIGRATIONS, SAMPLE_MIGRATION];
