import type { SessionId, TerminalId } from "@boocode/shared/ids";
import { TerminalRecord, type TerminalEnd } from "@boocode/shared/terminals/terminal";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { Schema } from "../../schema.ts";
import type { TerminalTable } from "../../terminal-tables.ts";

const codec = recordCodec<TerminalTable, TerminalRecord>("terminal", TerminalRecord, {
  id: "id",
  sessionId: "session_id",
  title: "title",
  cols: "cols",
  rows: "rows",
  createdAt: "created_at",
  end: { column: "ended", as: "json" },
});

/** Stores a new terminal of an existing session. */
export async function insertTerminal(tx: Transaction<Schema>, terminal: TerminalRecord): Promise<void> {
  await tx.insertInto("terminals").values(codec.toRow(terminal)).execute();
}

/** Returns the terminal, or null. */
export async function findTerminal(db: Queryable, id: TerminalId): Promise<TerminalRecord | null> {
  const row = await db.selectFrom("terminals").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns a session's terminals, oldest first. */
export async function listTerminals(db: Queryable, sessionId: SessionId): Promise<TerminalRecord[]> {
  const rows = await db
    .selectFrom("terminals")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(codec.toRecord);
}

/** Changes a terminal. `end: null`: its program runs again. Does nothing if there is none. */
export async function updateTerminal(
  tx: Transaction<Schema>,
  id: TerminalId,
  { end, ...patch }: Partial<Pick<TerminalRecord, "title" | "cols" | "rows" | "end">>,
): Promise<void> {
  const ended = end === undefined ? {} : { ended: end === null ? null : JSON.stringify(end) };
  await tx
    .updateTable("terminals")
    .set({ ...codec.toPatch(patch), ...ended })
    .where("id", "=", id)
    .execute();
}

/** Ends every terminal whose program counts as running. */
export async function endAllTerminals(tx: Transaction<Schema>, end: TerminalEnd): Promise<void> {
  await tx
    .updateTable("terminals")
    .set({ ended: JSON.stringify(end) })
    .where("ended", "is", null)
    .execute();
}

/** Forgets a terminal. */
export async function deleteTerminal(tx: Transaction<Schema>, id: TerminalId): Promise<void> {
  await tx.deleteFrom("terminals").where("id", "=", id).execute();
}
