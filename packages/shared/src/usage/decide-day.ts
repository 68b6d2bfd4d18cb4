import { fromWallTime, toWallTime } from "../agents/limits/local-time.ts";
import type { EpochMs } from "../ids.ts";

/** A day of the person's: from `since` until just before `until`. It has 23 or 25 hours where the clocks change. */
export interface UsageDay {
  /** `2026-11-30`. */
  day: string;
  since: EpochMs;
  until: EpochMs;
}

const HALF_HOUR_MS = 1_800_000;
const FALLBACK_ZONE = "UTC";

/** Returns whether a name is a time zone that dates can be shown in. */
export function isTimeZone(name: string): boolean {
  try {
    toWallTime(0, name);
    return true;
  } catch {
    return false;
  }
}

/** The time zone in which the person's days begin: the chosen one, else that of the daemon's machine, else UTC. */
export function toUsageZone(chosen: string, ofMachine: string): string {
  return [chosen, ofMachine].find((name) => name !== "" && isTimeZone(name)) ?? FALLBACK_ZONE;
}

/** Decides which day a moment belongs to. This is the only place that says where a day begins. */
export function decideDay(now: EpochMs, timeZone: string): UsageDay {
  return toDay(toDate(now, timeZone), timeZone);
}

/** Lists the last `count` days, the present one first. */
export function listDays(now: EpochMs, timeZone: string, count: number): UsageDay[] {
  const { year, month, day } = toWallTime(now, timeZone);
  return Array.from({ length: count }, (_, ago) => toDay(Date.UTC(year, month - 1, day - ago), timeZone));
}

/**
 * Lists the last `count` days as they are counted: the present one also holds what is dated later than its end. The clock was put back since
 * then, and use that was counted once must not disappear from a budget.
 */
export function listCountedDays(now: EpochMs, timeZone: string, count: number): UsageDay[] {
  return listDays(now, timeZone, count).map((day, ago) => (ago === 0 ? { ...day, until: Number.MAX_SAFE_INTEGER } : day));
}

/** A calendar date, as midnight in UTC. */
type CalendarDate = number;

function toDate(at: EpochMs, timeZone: string): CalendarDate {
  const { year, month, day } = toWallTime(at, timeZone);
  return Date.UTC(year, month - 1, day);
}

function toDay(date: CalendarDate, timeZone: string): UsageDay {
  const next = new Date(date);
  next.setUTCDate(next.getUTCDate() + 1);
  return { day: new Date(date).toISOString().slice(0, 10), since: beginOf(date, timeZone), until: beginOf(next.getTime(), timeZone) };
}

/** The first moment of a date. Clocks may change at midnight, so it may be shown twice or not at all. */
function beginOf(date: CalendarDate, timeZone: string): EpochMs {
  const at = new Date(date);
  const shown = { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), hour: 0, minute: 0 };
  let begin = fromWallTime(shown, timeZone);
  while (toDate(begin - 1, timeZone) >= date) begin -= HALF_HOUR_MS;
  while (toDate(begin, timeZone) < date) begin += HALF_HOUR_MS;
  return begin;
}
