import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds what of a session's worktree was the person's before. */
export const adopting: Migration = {
  version: 20,
  steps: [
    {
      name: "worktrees_adopted",
      run: (tx) => tx.schema.alterTable("worktrees").addColumn("adopted", "text").execute(),
    },
    {
      name: "sessions_adopted_branch",
      run: (tx) => tx.schema.alterTable("sessions").addColumn("adopted_branch", "text").execute(),
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    await tx.selectFrom("worktrees").select("adopted").limit(1).execute();
    await tx.selectFrom("sessions").select("adopted_branch").limit(1).execute();
  },
};
