import { describe, expect, it } from "vitest";
import { BAD_LINE_LIMITS, decideBadLine, type BadLines } from "./decide-bad-lines.ts";

const readAt = (times: readonly number[]) => {
  let lines: BadLines = [];
  let isTooMany = false;
  for (const at of times) ({ lines, isTooMany } = decideBadLine(lines, BAD_LINE_LIMITS, at));
  return { kept: lines.length, isTooMany };
};
const every = (count: number, stepMs: number) => Array.from({ length: count }, (_, index) => index * stepMs);

describe("F19: unreadable lines", () => {
  it.each([
    { name: "one is ignored", times: [0], kept: 1, isTooMany: false },
    { name: "nineteen at once are ignored", times: every(19, 0), kept: 19, isTooMany: false },
    { name: "twenty at once are too many", times: every(20, 0), kept: 20, isTooMany: true },
    { name: "twenty within ten seconds are too many", times: every(20, 526), kept: 20, isTooMany: true },
    { name: "twenty over more than ten seconds are not too many", times: every(20, 527), kept: 19, isTooMany: false },
    { name: "a slow trickle is never too many", times: every(1_000, 1_000), kept: 10, isTooMany: false },
    { name: "the memory of lines is bounded", times: every(1_000, 0), kept: 20, isTooMany: true },
  ])("$name", ({ times, kept, isTooMany }) => {
    expect(readAt(times)).toEqual({ kept, isTooMany });
  });
});
