import { SessionId } from "@boocode/shared/ids";
import { Budget } from "@boocode/shared/usage/budget";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import type { Schema } from "../../schema.ts";

/** Returns the budgets of the sessions that have one of their own. */
export async function listSessionBudgets(db: Queryable): Promise<Map<SessionId, Budget>> {
  const rows = await db.selectFrom("session_budgets").selectAll().execute();
  return new Map(rows.map(({ session_id, tokens, cost }) => [SessionId.parse(session_id), Budget.parse({ tokens, cost })]));
}

/** Returns a session's own budget; null if it has the default. */
export async function findSessionBudget(db: Queryable, sessionId: SessionId): Promise<Budget | null> {
  const row = await db.selectFrom("session_budgets").select(["tokens", "cost"]).where("session_id", "=", sessionId).executeTakeFirst();
  return row ? Budget.parse(row) : null;
}

/** Gives a session a budget of its own; null gives it the default again. */
export async function putSessionBudget(tx: Transaction<Schema>, sessionId: SessionId, budget: Budget | null): Promise<void> {
  if (budget === null) {
    await tx.deleteFrom("session_budgets").where("session_id", "=", sessionId).execute();
    return;
  }
  await tx
    .insertInto("session_budgets")
    .values({ session_id: sessionId, ...budget })
    .onConflict((conflict) => conflict.column("session_id").doUpdateSet({ ...budget }))
    .execute();
}
