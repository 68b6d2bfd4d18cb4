import type { EpochMs } from "../../ids.ts";

/** A date and time as a clock on the wall shows it. Months count from 1. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** Returns what a clock in a time zone (an IANA name) shows at a moment. Throws a RangeError for an unknown zone. */
export function toWallTime(at: EpochMs, timeZone: string): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const read = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return { year: read("year"), month: read("month"), day: read("day"), hour: read("hour"), minute: read("minute") };
}

/** Returns the moment at which a clock in a time zone shows this. Of a time that a change of the clocks skips, the moment after the change. */
export function fromWallTime({ year, month, day, hour, minute }: WallTime, timeZone: string): EpochMs {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let at = wanted;
  // The offset of the zone depends on the moment: the second pass corrects the first near a change of the clocks.
  for (let pass = 0; pass < 2; pass += 1) {
    const shown = toWallTime(at, timeZone);
    at += wanted - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute);
  }
  return at;
}

const MAX_FORMATS = 50;
/** Kept, because making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(timeZone, format);
  return format;
}
