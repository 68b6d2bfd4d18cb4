import type { WorktreeId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import type { Schema } from "../schema.ts";

/** Returns the first port of a worktree's block, or null. */
export async function findPortBase(db: Queryable, worktreeId: WorktreeId): Promise<number | null> {
  const row = await db.selectFrom("port_blocks").select("base").where("worktree_id", "=", worktreeId).executeTakeFirst();
  return row?.base ?? null;
}

/** Returns the first ports of all blocks, those of removed worktrees included: these may come back. */
export async function listPortBases(db: Queryable): Promise<Set<number>> {
  const rows = await db.selectFrom("port_blocks").select("base").execute();
  return new Set(rows.map(({ base }) => base));
}

/** Gives a worktree its block. Returns false if it has one, or if another worktree has this one. */
export async function insertPortBase(tx: Transaction<Schema>, worktreeId: WorktreeId, base: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("port_blocks")
    .values({ worktree_id: worktreeId, base })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}
