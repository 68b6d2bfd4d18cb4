import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds to each browser's token the daemon's token under which it is valid. */
export const tokenOrigin: Migration = {
  version: 7,
  steps: [
    {
      name: "access_tokens_daemon_token",
      run: async (tx) => {
        await tx.schema.alterTable("access_tokens").addColumn("daemon_token_hash", "text").execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    await tx.selectFrom("access_tokens").select(["daemon_token_hash"]).limit(1).execute();
  },
};
