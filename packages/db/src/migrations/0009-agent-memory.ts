import { sql } from "kysely";
import type { Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds to each agent's context how far it has been told its chat, and whether it can be resumed. */
export const agentMemory: Migration = {
  version: 9,
  steps: [
    {
      name: "agent_sessions_seen",
      run: async (tx) => {
        await tx.schema
          .alterTable("agent_sessions")
          .addColumn("seen_seq", "bigint", (column) => column.notNull().defaultTo(0))
          .execute();
        await tx.schema
          .alterTable("agent_sessions")
          .addColumn("can_resume", "integer", (column) => column.notNull().defaultTo(1))
          .execute();
        // The native agent has always been given the whole chat. Others were told nothing of what came before or between their turns: they
        // know their own, which a place before all events says.
        await sql`update agent_sessions set seen_seq = case when backend = 'native'
          then coalesce((select last_seq from sessions where sessions.id = agent_sessions.session_id), 1) else 1 end`.execute(tx);
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, before);
    await tx.selectFrom("agent_sessions").select(["seen_seq", "can_resume"]).limit(1).execute();
  },
};
