import { expect, it } from "vitest";
import { cutLine, SHOWN_CHARS } from "./cut-line.ts";

const long = "x".repeat(10_000);

it.each([
  ["a line that fits", "x".repeat(SHOWN_CHARS), null, { start: 0, end: SHOWN_CHARS }],
  ["a long line, from its beginning", long, null, { start: 0, end: SHOWN_CHARS }],
  ["what is around the first difference", long, { start: 5_000, end: 5_001 }, { start: 4_800, end: 4_800 + SHOWN_CHARS }],
  ["a difference near the beginning", long, { start: 100, end: 101 }, { start: 0, end: SHOWN_CHARS }],
  ["a difference near the end", long, { start: 9_990, end: 9_991 }, { start: 10_000 - SHOWN_CHARS, end: 10_000 }],
  ["no half of a character", `a${"🙂".repeat(5_000)}`, { start: 5_000, end: 5_001 }, { start: 4_799, end: 6_799 }],
])("%s", (_, text, emphasis, expected) => {
  expect(cutLine(text, emphasis)).toEqual(expected);
});
