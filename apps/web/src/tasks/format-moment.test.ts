import { expect, it } from "vitest";
import { formatMoment } from "./format-moment.ts";

const at = (text: string) => new Date(text).getTime();

it.each([
  ["2026-12-01T14:05:00", "2026-12-01T09:00:00", "14:05"],
  ["2026-12-02T00:05:00", "2026-12-01T23:59:00", "Wed 2 Dec, 00:05"],
  ["2027-01-03T08:00:00", "2026-12-31T08:00:00", "Sun 3 Jan, 08:00"],
])("%s, read at %s", (moment, now, expected) => {
  expect(formatMoment(at(moment), at(now))).toBe(expected);
});
