import type { Database } from "@boocode/db/database";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findSessionBudget, putSessionBudget } from "@boocode/db/stores/sessions/session-budget-store";
import { readSettings } from "@boocode/db/stores/setting-store";
import { listChatUsage, listDayUsage, listSessionUsage, readUsage } from "@boocode/db/stores/agents/usage-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { Budget } from "@boocode/shared/usage/budget";
import { decideBudget } from "@boocode/shared/usage/decide-budget";
import { listCountedDays, toUsageZone } from "@boocode/shared/usage/decide-day";
import { USAGE_LIMITS, type BudgetReport, type UsageReport } from "@boocode/shared/usage/usage-sum";
import { machineZone, readBudgets, readDayBudget, type BudgetDeps, type RunningUse } from "./read-budgets.ts";

export interface UsageReportsDeps extends BudgetDeps {
  db: Database;
  /** What the turns that run have reported so far. */
  listRunning(): readonly RunningUse[];
}

/** What turns used, and the budgets for it. */
export class UsageReports {
  readonly #deps: UsageReportsDeps;

  constructor(deps: UsageReportsDeps) {
    this.#deps = deps;
  }

  /** Adds up the last `days` days of the person's, today included, by day and agent and by session. Turns that run are not in it. */
  async report(days: number): Promise<UsageReport> {
    const { db, time } = this.#deps;
    const timeZone = await this.#readZone();
    const counted = listCountedDays(time.now(), timeZone, days);
    const of = { since: counted.at(-1)?.since ?? 0, until: Number.MAX_SAFE_INTEGER };
    const { sessions, count } = await listSessionUsage(db.read, of, USAGE_LIMITS.rows);
    return {
      timeZone,
      total: await readUsage(db.read, of),
      days: await listDayUsage(db.read, counted, USAGE_LIMITS.days * USAGE_LIMITS.rows),
      sessions,
      sessionCount: count,
    };
  }

  /** Returns how far the day's budget is used and, of a session, its own. Counts what running turns have reported so far. */
  async budget(sessionId?: SessionId): Promise<BudgetReport> {
    const { db, time } = this.#deps;
    const settings = await readSettings(db.read);
    const timeZone = await this.#readZone();
    const [today] = listCountedDays(time.now(), timeZone, 1);
    if (today === undefined) throw new Error("Today is no day");
    const running = this.#deps.listRunning();
    const state =
      sessionId === undefined
        ? await readDayBudget(this.#deps, running)
        : (await readBudgets(this.#deps, [sessionId], running)).get(sessionId);
    const { level, deciding, uses } = state ?? decideBudget([]);
    return {
      level,
      deciding,
      uses,
      timeZone,
      session:
        sessionId === undefined
          ? null
          : {
              own: await findSessionBudget(db.read, sessionId),
              inherited: settings.sessionBudget,
              total: await readUsage(db.read, { sessionId }),
              chats: await listChatUsage(db.read, sessionId, USAGE_LIMITS.rows),
            },
      day: { day: today.day, budget: settings.dayBudget, total: await readUsage(db.read, today) },
    };
  }

  /** Gives a session a budget of its own; null gives it the default again. Faults: `session_not_found`. */
  async setSessionBudget(sessionId: SessionId, budget: Budget | null): Promise<void> {
    await this.#deps.db.write("full", async (tx, announce) => {
      if ((await findSession(tx, sessionId)) === null) throw new DomainError({ kind: "session_not_found", sessionId });
      await putSessionBudget(tx, sessionId, budget);
      announce.changed("usage", [sessionId], sessionId);
      // Its prompts may wait no longer, or wait now.
      announce.changed("tasks", [], sessionId);
    });
  }

  async #readZone(): Promise<string> {
    return toUsageZone((await readSettings(this.#deps.db.read)).timeZone, machineZone());
  }
}
