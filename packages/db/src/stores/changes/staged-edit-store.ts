import { isDeepStrictEqual } from "node:util";
import type { SessionId } from "@boocode/shared/ids";
import { StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { StagedEditTable } from "../../change-tables.ts";
import type { Schema } from "../../schema.ts";

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

/**
 * Carries out what an edit of files does to staged edits. A path where something else is staged by now keeps that: it is newer than the
 * edit.
 */
export async function moveStagedEdits(tx: Transaction<Schema>, sessionId: SessionId, moves: readonly StagedMove[]): Promise<void> {
  if (moves.length === 0) return;
  const present = new Map((await listStagedEdits(tx, sessionId)).map((edit) => [edit.path, edit]));
  const due = moves.filter(({ path, from }) => isDeepStrictEqual(present.get(path) ?? null, from));
  await removeStagedEdits(
    tx,
    due.map(({ path }) => ({ sessionId, path })),
  );
  for (const { to } of due) if (to !== null) await tx.insertInto("staged_edits").values(codec.toRow(to)).execute();
}

/** Removes the staged edits of these paths, whatever they hold. */
export async function removeStagedEdits(tx: Transaction<Schema>, edits: readonly Pick<StagedEdit, "sessionId" | "path">[]): Promise<void> {
  for (const { sessionId, path } of edits) {
    await tx.deleteFrom("staged_edits").where("session_id", "=", sessionId).where("path", "=", path).execute();
  }
}
