import type { Queryable } from "@boocode/db/database";
import { listSessionBudgets } from "@boocode/db/stores/sessions/session-budget-store";
import { readSettings } from "@boocode/db/stores/setting-store";
import { listCountedTurns, readUsage, toSpent } from "@boocode/db/stores/agents/usage-store";
import type { Usage } from "@boocode/shared/agents/usage";
import type { EpochMs, SessionId, TaskId } from "@boocode/shared/ids";
import type { Settings } from "@boocode/shared/settings/settings";
import type { Budget } from "@boocode/shared/usage/budget";
import { decideBudget, toSessionBudget, type BudgetRoom, type BudgetState, type Spent } from "@boocode/shared/usage/decide-budget";
import { decideDay, toUsageZone } from "@boocode/shared/usage/decide-day";
import type { Time } from "../platform/time.ts";

export interface BudgetDeps {
  db: { readonly read: Queryable };
  time: Pick<Time, "now">;
}

/** What a turn that runs, or has only just ended, has reported. It counts as long as its end is not stored. */
export interface RunningUse {
  taskId: TaskId;
  sessionId: SessionId;
  usage: Usage | null;
}

/** The time zone of the daemon's machine. */
export const machineZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * Decides how far the budgets of each given session, and the day's, are used. What running turns have reported counts, so that sessions side
 * by side do not all start a turn with the same last tokens. Without budgets nothing is added up.
 */
export async function readBudgets(
  deps: BudgetDeps,
  sessionIds: readonly SessionId[],
  running: readonly RunningUse[],
): Promise<Map<SessionId, BudgetState>> {
  const states = new Map<SessionId, BudgetState>();
  if (sessionIds.length === 0) return states;
  const { db } = deps;
  const settings = await readSettings(db.read);
  const own = await listSessionBudgets(db.read);
  const open = await withoutEnded(deps, running);
  const day = await readDayRooms(deps, settings, open);
  for (const sessionId of sessionIds) {
    const budget = toSessionBudget(own.get(sessionId) ?? null, settings);
    const rooms = [...day];
    if (isSet(budget)) {
      const stored = toSpent(await readUsage(db.read, { sessionId }));
      const here = open.filter((run) => run.sessionId === sessionId);
      rooms.push({ scope: "session", budget, spent: addRunning(stored, here), resetsAt: null });
    }
    states.set(sessionId, decideBudget(rooms));
  }
  return states;
}

/** Decides how far the day's budget is used. */
export async function readDayBudget(deps: BudgetDeps, running: readonly RunningUse[]): Promise<BudgetState> {
  const settings = await readSettings(deps.db.read);
  return decideBudget(await readDayRooms(deps, settings, await withoutEnded(deps, running)));
}

/** The day's budget with what is used of it; none if it is not set. */
async function readDayRooms(
  { db, time }: BudgetDeps,
  { dayBudget, timeZone }: Settings,
  running: readonly RunningUse[],
): Promise<BudgetRoom[]> {
  if (!isSet(dayBudget)) return [];
  const { since, until } = decideDay(time.now(), toUsageZone(timeZone, machineZone()));
  // Without an end, because what is dated in the future counts too.
  const stored = toSpent(await readUsage(db.read, { since, until: Number.MAX_SAFE_INTEGER }));
  return [{ scope: "day", budget: dayBudget, spent: addRunning(stored, running), resetsAt: until }];
}

/**
 * A run goes on for a while after its end is stored, and its use must not count twice. Asked before anything is added up: a turn that ends
 * in between counts too much for a moment, and never too little.
 */
async function withoutEnded({ db }: BudgetDeps, running: readonly RunningUse[]): Promise<RunningUse[]> {
  const reported = running.filter(({ usage }) => usage !== null);
  const counted = await listCountedTurns(
    db.read,
    reported.map(({ taskId }) => taskId),
  );
  return reported.filter(({ taskId }) => !counted.has(taskId));
}

/** The sessions in which no turn may start, each with when its budget counts from zero again; null if never. */
export function toOverBudget(states: ReadonlyMap<SessionId, BudgetState>): Map<SessionId, EpochMs | null> {
  return new Map([...states].flatMap(([id, { level, deciding }]) => (level === "stop" && deciding ? [[id, deciding.resetsAt]] : [])));
}

const isSet = ({ tokens, cost }: Budget): boolean => tokens !== null || cost !== null;

function addRunning(spent: Spent, running: readonly RunningUse[]): Spent {
  const used = running.flatMap(({ usage }) => (usage === null ? [] : [toSpent(usage)]));
  return used.reduce((sum, { tokens, cost }) => ({ tokens: sum.tokens + tokens, cost: sum.cost + cost }), spent);
}
