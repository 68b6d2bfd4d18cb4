import type { ProjectId } from "@boocode/shared/ids";
import { TrustRecord } from "@boocode/shared/trust/trust";
import type { Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import { recordCodec } from "../record-codec.ts";
import type { Schema, TrustDecisionTable } from "../schema.ts";

const codec = recordCodec<TrustDecisionTable, TrustRecord>("trust decision", TrustRecord, {
  projectId: "project_id",
  path: "path",
  sha256: "sha256",
  decision: "decision",
  decidedAt: "decided_at",
});

/** Returns all trust decisions of a project, by path, oldest first. */
export async function listTrustDecisions(db: Queryable, projectId: ProjectId): Promise<TrustRecord[]> {
  const rows = await db
    .selectFrom("trust_decisions")
    .selectAll()
    .where("project_id", "=", projectId)
    .orderBy("path")
    .orderBy("decided_at")
    .execute();
  return rows.map(codec.toRecord);
}

/** Stores trust decisions. A later decision about the same content replaces the earlier one. */
export async function putTrustDecisions(tx: Transaction<Schema>, records: readonly TrustRecord[]): Promise<void> {
  for (const record of records) {
    const row = codec.toRow(record);
    await tx
      .insertInto("trust_decisions")
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(["project_id", "path", "sha256"]).doUpdateSet({ decision: row.decision, decided_at: row.decided_at }),
      )
      .execute();
  }
}
