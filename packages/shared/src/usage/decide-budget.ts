import type { EpochMs } from "../ids.ts";
import type { Budget, BudgetLevel, BudgetScope, BudgetUse } from "./budget.ts";

/** The share of a limit from which the person is warned. */
export const WARN_SHARE = 0.8;

/** What has been reported as used. Turns that report nothing add nothing. */
export interface Spent {
  tokens: number;
  cost: number;
}

/** A budget with what is used of it. */
export interface BudgetRoom {
  scope: BudgetScope;
  budget: Budget;
  spent: Spent;
  /** When its use counts from zero again; null if never. */
  resetsAt: EpochMs | null;
}

/** How far budgets are used. `deciding`: the limit to tell the person of; null while all are within. */
export interface BudgetState {
  level: BudgetLevel;
  deciding: BudgetUse | null;
  /** Every limit that is set. */
  uses: BudgetUse[];
}

/**
 * Decides whether another turn may start. A limit stops once it is reached, so the turn that reaches it is never cut; the use then may be
 * above the limit by that turn and by those that ran beside it.
 *
 * Of several limits that stop, the one that never resets decides, then the one that resets last: it is the one the person must change. Of
 * several that warn, the fullest.
 */
export function decideBudget(rooms: readonly BudgetRoom[]): BudgetState {
  const uses = rooms.flatMap(toUses);
  const stops = uses.filter(({ level }) => level === "stop");
  const [stop] = stops.toSorted((a, b) => (b.resetsAt ?? Infinity) - (a.resetsAt ?? Infinity) || shareOf(b) - shareOf(a));
  if (stop) return { level: "stop", deciding: stop, uses };
  const [warning] = uses.filter(({ level }) => level === "warn").toSorted((a, b) => shareOf(b) - shareOf(a));
  return { level: warning ? "warn" : "within", deciding: warning ?? null, uses };
}

const shareOf = ({ spent, limit }: BudgetUse): number => spent / limit;

function toUses({ scope, budget, spent, resetsAt }: BudgetRoom): BudgetUse[] {
  return (["tokens", "cost"] as const).flatMap((unit) => {
    const limit = budget[unit];
    return limit === null ? [] : [{ scope, unit, spent: spent[unit], limit, level: toLevel(spent[unit], limit), resetsAt }];
  });
}

function toLevel(spent: number, limit: number): BudgetLevel {
  if (spent >= limit) return "stop";
  return spent >= limit * WARN_SHARE ? "warn" : "within";
}

/** The budget of a session: its own where it has one, else the default. */
export function toSessionBudget(own: Budget | null, settings: { sessionBudget: Budget }): Budget {
  return own ?? settings.sessionBudget;
}
