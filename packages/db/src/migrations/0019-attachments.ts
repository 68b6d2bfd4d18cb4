import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds files that prompts carry, and whether an agent takes images. */
export const attachments: Migration = {
  version: 19,
  steps: [
    {
      name: "blobs",
      run: async (tx) => {
        await tx.schema
          .createTable("blobs")
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("bytes", "bigint", (column) => column.notNull())
          .addColumn("type", "text", (column) => column.notNull())
          .addColumn("held_since", "bigint")
          .execute();
      },
    },
    {
      name: "blob_uses",
      run: async (tx) => {
        await tx.schema
          .createTable("blob_uses")
          .addColumn("task_id", "text", (column) => column.notNull().references("tasks.id").onDelete("cascade"))
          .addColumn("blob_id", "text", (column) => column.notNull().references("blobs.id").onDelete("restrict"))
          .addPrimaryKeyConstraint("blob_uses_key", ["task_id", "blob_id"])
          .execute();
        await tx.schema.createIndex("blob_uses_by_blob").on("blob_uses").columns(["blob_id"]).execute();
      },
    },
    {
      name: "tasks_attachments",
      run: (tx) =>
        tx.schema
          .alterTable("tasks")
          .addColumn("attachments", "text", (column) => column.notNull().defaultTo("[]"))
          .execute(),
    },
    {
      name: "learned_agents_takes_images",
      run: (tx) => tx.schema.alterTable("learned_agents").addColumn("takes_images", "integer").execute(),
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["blobs", 0], ["blob_uses", 0]]));
    await tx.selectFrom("tasks").select("attachments").limit(1).execute();
    await tx.selectFrom("learned_agents").select("takes_images").limit(1).execute();
  },
};
