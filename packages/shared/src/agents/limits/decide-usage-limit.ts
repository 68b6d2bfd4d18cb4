import type { EpochMs } from "../../ids.ts";
import type { TaskCause } from "../../tasks/task.ts";
import { addLength, readReset, readRetryAfter, toEpoch, type Reader } from "./read-reset.ts";

/** What a failed turn or request says about itself. */
export interface LimitSigns {
  /** Absent for an agent's own words. */
  httpStatus?: number | undefined;
  /** By lower-case name. */
  headers?: Readonly<Record<string, string>>;
  /** What it said: sentences, or an error's body. */
  text: string;
}

/** No limit is believed to last longer: the longest known one is a month. */
const MAX_WAIT_MS = 40 * 86_400_000;
/** A named moment that has just passed still names a limit: clocks differ. */
const LATE_MS = 60_000;

const LIMIT_WORDS =
  /usage[ _]limit|rate[ _-]?limit|limit (?:was |has been )?(?:reached|exceeded|hit)|(?:hit|reached|exceeded)\b.{0,40}\b(?:limit|quota|usage)|quota|too many requests|resource[ _](?:has been )?exhausted|exhausted your|usage exceeded|\b429\b/i;

/** Causes that may be a usage limit in another word. The others name something else for certain. */
const MAY_BE_LIMIT: readonly (TaskCause | null)[] = ["agent_error", "agent_exit", "model_rate_limited", "model_refused", "model_failed"];

/** Returns whether a turn that failed for this cause may have met a usage limit. */
export const mayBeLimit = (cause: TaskCause | null): boolean => MAY_BE_LIMIT.includes(cause);

/**
 * Decides whether a refusal is a usage limit that ends at a named time, and when. Null if it is none, or names no time: guessing one would be
 * worse than none. A moment a little in the past means now; one far in the past, or later than a limit can last, counts as none.
 */
export function decideUsageLimit({ httpStatus, headers = {}, text }: LimitSigns, reader: Reader): { resetsAt: EpochMs } | null {
  const isLimit = httpStatus === 429 || LIMIT_WORDS.test(text);
  if (!isLimit) return null;
  const found = readHeaders(headers, reader.now) ?? readReset(text, reader);
  if (found === null) return null;
  const wait = found - reader.now;
  if (wait < -LATE_MS || wait > MAX_WAIT_MS) return null;
  return { resetsAt: Math.max(found, reader.now) };
}

/** The exact ones first. */
function readHeaders(headers: Readonly<Record<string, string>>, now: EpochMs): EpochMs | null {
  const inMs = headers["retry-after-ms"];
  if (inMs !== undefined && /^\d+$/.test(inMs.trim())) return now + Number(inMs);
  const retryAfter = headers["retry-after"];
  const at = retryAfter === undefined ? null : readRetryAfter(retryAfter, now);
  if (at !== null) return at;
  const unified = headers["anthropic-ratelimit-unified-reset"];
  if (unified !== undefined && /^\d{10,13}$/.test(unified.trim())) return toEpoch(Number(unified));
  return latest([
    ...["requests", "tokens", "input-tokens", "output-tokens"].map((what) => {
      if (headers[`anthropic-ratelimit-${what}-remaining`]?.trim() !== "0") return null;
      return readRetryAfter(headers[`anthropic-ratelimit-${what}-reset`] ?? "", now);
    }),
    ...["requests", "tokens"].map((what) => {
      if (headers[`x-ratelimit-remaining-${what}`]?.trim() !== "0") return null;
      return addLength(now, headers[`x-ratelimit-reset-${what}`] ?? "");
    }),
    readPlainReset(headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"], now),
  ]);
}

/** An epoch, or a number of seconds. */
function readPlainReset(value: string | undefined, now: EpochMs): EpochMs | null {
  if (value === undefined || !/^\d+$/.test(value.trim())) return null;
  const number = Number(value);
  return number > 1e9 ? toEpoch(number) : now + number * 1_000;
}

function latest(moments: readonly (EpochMs | null)[]): EpochMs | null {
  return moments.reduce((newest, at) => (at === null || (newest !== null && newest >= at) ? newest : at), null);
}
