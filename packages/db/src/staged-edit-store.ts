import type { SessionId } from "@boocode/shared/ids";
import { StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import type { Transaction } from "kysely";
import type { Queryable } from "./database.ts";
import { recordCodec } from "./record-codec.ts";
import type { Schema, StagedEditTable } from "./schema.ts";

const codec = recordCodec<StagedEditTable, StagedEdit>("staged edit", StagedEdit, {
  sessionId: "session_id",
  path: "path",
  base: { column: "base", as: "json" },
  steps: { column: "steps", as: "json" },
  bytes: "bytes",
  createdAt: "created_at",
  updatedAt: "updated_at",
});

/** Returns a session's staged edits, ordered by path. */
export async function listStagedEdits(db: Queryable, sessionId: SessionId): Promise<StagedEdit[]> {
  const rows = await db.selectFrom("staged_edits").selectAll().where("session_id", "=", sessionId).orderBy("path").execute();
  return rows.map(codec.toRecord);
}

/** Stores staged edits. Each replaces the one of the same path. */
export async function putStagedEdits(tx: Transaction<Schema>, edits: readonly StagedEdit[]): Promise<void> {
  await removeStagedEdits(tx, edits);
  for (const edit of edits) await tx.insertInto("staged_edits").values(codec.toRow(edit)).execute();
}

/** Removes the staged edits of these paths, whatever they hold. */
export async function removeStagedEdits(tx: Transaction<Schema>, edits: readonly Pick<StagedEdit, "sessionId" | "path">[]): Promise<void> {
  for (const { sessionId, path } of edits) {
    await tx.deleteFrom("staged_edits").where("session_id", "=", sessionId).where("path", "=", path).execute();
  }
}
