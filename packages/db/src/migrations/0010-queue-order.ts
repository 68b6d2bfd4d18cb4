import { sql } from "kysely";
import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds to each task its place in the queue or, once it has started, among the started ones; and the time before which it does not start. */
export const queueOrder: Migration = {
  version: 10,
  steps: [
    {
      name: "tasks_position",
      run: async (tx) => {
        await tx.schema
          .alterTable("tasks")
          .addColumn("position", "bigint", (column) => column.notNull().defaultTo(0))
          .execute();
        await tx.schema.alterTable("tasks").addColumn("not_before", "bigint").execute();
        await sql`update tasks set position = coalesce(
          (select min(seq) from chat_events where chat_events.task_id = tasks.id and chat_events.type = 'task.started'),
          accepted_seq)`.execute(tx);
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    const lost = await tx.selectFrom("tasks").select("id").where("position", "<", 1).limit(1).execute();
    if (lost.length > 0) throw new Error("A task has no position");
  },
};
