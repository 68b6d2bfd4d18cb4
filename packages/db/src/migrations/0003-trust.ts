import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds trust decisions, and the state in which a worktree was last seen. */
export const trust: Migration = {
  version: 3,
  steps: [
    { name: "trust_decisions", run: createTrustDecisions },
    {
      name: "worktree_head",
      run: async (tx) => {
        await tx.schema.alterTable("worktrees").addColumn("head", "text").execute();
        await tx.schema.alterTable("worktrees").addColumn("set_up_at", "bigint").execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["trust_decisions", 0]]));
    await tx.selectFrom("worktrees").select(["head", "set_up_at"]).limit(1).execute();
  },
};

async function createTrustDecisions(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("trust_decisions")
    .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("cascade"))
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("decision", "text", (column) => column.notNull())
    .addColumn("decided_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("trust_decisions_by_content", ["project_id", "path", "sha256"])
    .execute();
}
