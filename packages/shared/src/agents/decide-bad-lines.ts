import type { EpochMs } from "../ids.ts";

export interface BadLineLimits {
  /** So many lines that are no messages … */
  maxLines: number;
  /** … within so many milliseconds: the other side does not speak the protocol. */
  windowMs: number;
}

/** What is remembered of lines that could not be read: when the newest came, oldest first. */
export type BadLines = readonly EpochMs[];

export const BAD_LINE_LIMITS: BadLineLimits = { maxLines: 20, windowMs: 10_000 };

/** A stray line of a log is passed over; decides whether one more means that there is no protocol any more. */
export function decideBadLine(before: BadLines, limits: BadLineLimits, at: EpochMs): { lines: BadLines; isTooMany: boolean } {
  const lines = [...before.filter((time) => at - time < limits.windowMs), at].slice(-limits.maxLines);
  return { lines, isTooMany: lines.length >= limits.maxLines };
}
