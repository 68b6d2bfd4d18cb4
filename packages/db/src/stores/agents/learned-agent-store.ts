import { LearnedAgent } from "@boocode/shared/agents/learning/learned-agent";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { LearnedAgentTable } from "../../agent-tables.ts";
import type { Schema } from "../../schema.ts";

const codec = recordCodec<LearnedAgentTable, LearnedAgent>("learned agent", LearnedAgent, {
  agent: "agent",
  programKey: "program_key",
  probedVersion: "probed_version",
  version: "version",
  modes: { column: "modes", as: "json" },
  models: { column: "models", as: "json" },
  takesImages: { column: "takes_images", as: "flag" },
  learnedAt: "learned_at",
});

/** Inserts or replaces what an agent said of itself. */
export async function upsertLearnedAgent(tx: Transaction<Schema>, learned: LearnedAgent): Promise<void> {
  const row = codec.toRow(learned);
  await tx
    .insertInto("learned_agents")
    .values(row)
    .onConflict((conflict) => conflict.column("agent").doUpdateSet(row))
    .execute();
}

/** Returns what every agent said of itself. */
export async function listLearnedAgents(db: Queryable): Promise<LearnedAgent[]> {
  const rows = await db.selectFrom("learned_agents").selectAll().orderBy("agent").execute();
  return rows.map(codec.toRecord);
}
