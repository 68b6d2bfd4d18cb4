import type { EpochMs } from "../../ids.ts";
import { fromWallTime, toWallTime } from "./local-time.ts";

/** The reader's moment and time zone (an IANA name). */
export interface Reader {
  now: EpochMs;
  timeZone: string;
}

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const UNITS: Record<string, number> = { d: DAY, h: 3_600 * SECOND, m: 60 * SECOND, s: SECOND, ms: 1 };
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Words in front of a time, such as "resets", "will reset at", "try again", "retry". */
const LEAD = String.raw`(?:reset(?:s|ting)?|renew(?:s|ed)?|try(?:ing)? again|retry(?:ing)?|available again)(?: (?:at|on|after|by))?[:,]?\s+`;
const CLOCK = String.raw`(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap]\.?m\.?)?`;
const ZONE = String.raw`(?:\s*\(?((?:[A-Z][A-Za-z_]+\/[A-Za-z0-9_+/-]+)|(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|Z)\)?)?`;
/** An offset as "GMT-3" or "UTC+5:30". */
const OFFSET = /^(?:utc|gmt)([+-])(\d{1,2})(?::?(\d{2}))?$/i;
const MONTH = String.raw`(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`;
const LENGTH = String.raw`((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|days?|d|hours?|hrs?|hr|h|minutes?|mins?|min|m|seconds?|secs?|sec|s)\b[\s,]*(?:and\s+)?)+|(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?)`;

const FORMS: readonly { pattern: RegExp; read: (match: RegExpExecArray, reader: Reader) => EpochMs | null }[] = [
  // Claude AI usage limit reached|1749924000
  { pattern: /limit reached\|(\d{10,13})\b/i, read: ([, epoch]) => toEpoch(Number(epoch)) },
  // "resets_at": 1738888888
  { pattern: /"?reset(?:s)?_?at"?\s*[:=]\s*"?(\d{10,13})\b/i, read: ([, epoch]) => toEpoch(Number(epoch)) },
  // "resets_in_seconds": 3600
  {
    pattern: /"?resets?_(?:in|after)_seconds"?\s*[:=]\s*"?(\d+(?:\.\d+)?)/i,
    read: ([, seconds], { now }) => now + Number(seconds) * SECOND,
  },
  // "retryDelay": "38.5s"
  { pattern: /"?retry_?delay"?\s*[:=]\s*"?(\d+(?:\.\d+)?)s/i, read: ([, seconds], { now }) => now + Number(seconds) * SECOND },
  // It will reset at 2026-07-30 16:11:46 +0800 CST
  {
    pattern: new RegExp(String.raw`${LEAD}(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`, "i"),
    read: (match, reader) => readIso(match, reader),
  },
  // try again at Aug 20, 2026, 7:38 AM; resets Oct 9 at 5pm; resets Oct 6, 1pm
  {
    pattern: new RegExp(String.raw`${LEAD}${MONTH}\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}),?)?(?:\s+at)?\s+${CLOCK}${ZONE}`, "i"),
    read: ([, month, day, year, hour, minute, half, zone], reader) =>
      readDate(
        { month: MONTHS.indexOf(month!.toLowerCase()) + 1, day: Number(day), year, clock: toClock(hour, minute, half) },
        zone,
        reader,
      ),
  },
  // resets Mon 9:00 AM
  {
    pattern: new RegExp(String.raw`${LEAD}(sun|mon|tue|wed|thu|fri|sat)[a-z]*,?(?:\s+at)?\s+${CLOCK}${ZONE}`, "i"),
    read: ([, weekday, hour, minute, half, zone], reader) =>
      readNext(toClock(hour, minute, half), zone, reader, WEEKDAYS.indexOf(weekday!.toLowerCase())),
  },
  // try again in 5 days 22 hours 11 minutes; reset after 2h15m30s; Please try again in 11.054s
  {
    pattern: new RegExp(
      String.raw`(?:reset(?:s|ting)?|try again|retry(?:ing)?|available again)\s+(?:in|after)\s+(?:about\s+|~\s*)?${LENGTH}`,
      "i",
    ),
    read: ([, length], { now }) => addLength(now, length ?? ""),
  },
  // resets at midnight UTC
  {
    pattern: new RegExp(String.raw`${LEAD}midnight${ZONE}`, "i"),
    read: ([, zone], reader) => readNext({ hour: 0, minute: 0 }, zone, reader),
  },
  // resets 3pm (America/New_York); will reset at 14:05
  {
    pattern: new RegExp(String.raw`${LEAD}${CLOCK}${ZONE}`, "i"),
    read: ([, hour, minute, half, zone], reader) =>
      // "resets 3" names no time.
      minute === undefined && half === undefined ? null : readNext(toClock(hour, minute, half), zone, reader),
  },
];

/** Reads the moment that a text names as the end of a limit; null if it names none. */
export function readReset(text: string, reader: Reader): EpochMs | null {
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(text);
    const at = match && read(match, reader);
    if (at !== null && Number.isFinite(at)) return Math.round(at);
  }
  return null;
}

/** Reads a header such as `retry-after`: seconds or a date. */
export function readRetryAfter(value: string, now: EpochMs): EpochMs | null {
  const trimmed = value.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return now + Number(trimmed) * SECOND;
  const date = /^[A-Za-z]{3},|^\d{4}-/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isFinite(date) ? date : null;
}

/** Seconds, or milliseconds from 13 digits on. */
export const toEpoch = (value: number): EpochMs => (value < 1e12 ? value * SECOND : value);

/** Adds a length such as "2h15m30s" or "5 days 22 hours"; null if there is none. */
export function addLength(now: EpochMs, length: string): EpochMs | null {
  let ms = 0;
  let isAny = false;
  for (const [, amount, unit] of length.matchAll(/(\d+(?:\.\d+)?)\s*(ms|milli|d|h|m|s)/gi)) {
    const factor = UNITS[unit!.toLowerCase() === "milli" ? "ms" : unit!.toLowerCase()];
    if (factor === undefined) continue;
    ms += Number(amount) * factor;
    isAny = true;
  }
  return isAny ? now + ms : null;
}

interface Clock {
  hour: number;
  minute: number;
}

function toClock(hour: string | undefined, minute: string | undefined, half: string | undefined): Clock | null {
  let hours = Number(hour);
  const minutes = Number(minute ?? 0);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  return hours > 23 || minutes > 59 ? null : { hour: hours, minute: minutes };
}

/** The zone that is named, or the reader's. An unknown one is the reader's. */
function toZone(zone: string | undefined, { now, timeZone }: Reader): string {
  if (zone === undefined) return timeZone;
  const [, sign, hours = "", minutes = "00"] = OFFSET.exec(zone) ?? [];
  const name = sign !== undefined ? `${sign}${hours.padStart(2, "0")}:${minutes}` : /^(utc|gmt|z)$/i.test(zone) ? "UTC" : zone;
  try {
    toWallTime(now, name);
    return name;
  } catch {
    return timeZone;
  }
}

/** The next moment at which the clock shows this, of a given weekday if there is one. */
function readNext(clock: Clock | null, zone: string | undefined, reader: Reader, weekday?: number): EpochMs | null {
  if (clock === null) return null;
  const timeZone = toZone(zone, reader);
  const today = toWallTime(reader.now, timeZone);
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const date = new Date(Date.UTC(today.year, today.month - 1, today.day + ahead));
    if (weekday !== undefined && date.getUTCDay() !== weekday) continue;
    const at = fromWallTime({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), ...clock }, timeZone);
    if (at > reader.now) return at;
  }
  return null;
}

function readDate(
  date: { month: number; day: number; year: string | undefined; clock: Clock | null },
  zone: string | undefined,
  reader: Reader,
): EpochMs | null {
  const { month, day, clock } = date;
  if (clock === null || day < 1 || day > 31) return null;
  const timeZone = toZone(zone, reader);
  const thisYear = toWallTime(reader.now, timeZone).year;
  const at = (year: number) => fromWallTime({ year, month, day, ...clock }, timeZone);
  if (date.year !== undefined) return at(Number(date.year));
  // "Jan 2" read in December is next year's.
  return at(thisYear) < reader.now - 180 * DAY ? at(thisYear + 1) : at(thisYear);
}

function readIso([, day, time, offset]: RegExpExecArray, reader: Reader): EpochMs | null {
  if (offset !== undefined) {
    const zone = /^(z|utc|gmt)$/i.test(offset) ? "Z" : offset.replace(/^([+-]\d{2}):?(\d{2})$/, "$1:$2");
    return Date.parse(`${day}T${time}${zone}`);
  }
  const [year, month, date] = day!.split("-").map(Number);
  const [hour, minute] = time!.split(":").map(Number);
  return fromWallTime({ year: year!, month: month!, day: date!, hour: hour!, minute: minute! }, reader.timeZone);
}
