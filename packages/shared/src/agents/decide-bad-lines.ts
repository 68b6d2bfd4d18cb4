import type { EpochMs } from "../ids.ts";

export interface BadLineLimits {
  /** How many unreadable lines … */
  maxLines: number;
  /** … within how many milliseconds mean that the other side does not speak the protocol. */
  windowMs: number;
}

/** Arrival times of recent unreadable lines, oldest first. */
export type BadLines = readonly EpochMs[];

export const BAD_LINE_LIMITS: BadLineLimits = { maxLines: 20, windowMs: 10_000 };

/** Decides whether one more unreadable line means that the protocol is broken. A single stray log line is ignored. */
export function decideBadLine(before: BadLines, limits: BadLineLimits, at: EpochMs): { lines: BadLines; isTooMany: boolean } {
  const lines = [...before.filter((time) => at - time < limits.windowMs), at].slice(-limits.maxLines);
  return { lines, isTooMany: lines.length >= limits.maxLines };
}
