import { expect, it } from "vitest";
import { describeUsage, formatCost, formatCount, formatDuration } from "./format-turn.ts";

it.each([
  [-5, "0.0 s"],
  [400, "0.4 s"],
  [9_949, "9.9 s"],
  [9_960, "10 s"],
  [59_700, "1 min"],
  [185_000, "3 min 5 s"],
  [3_840_000, "1 h 4 min"],
])("%d ms is %s", (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

it.each([
  [0, "0"],
  [999, "999"],
  [1_000, "1k"],
  [1_240, "1.2k"],
  [9_960, "10k"],
  [34_400, "34k"],
  [999_499, "999k"],
  [999_500, "1M"],
  [1_540_000, "1.5M"],
])("%d counts as %s", (count, expected) => {
  expect(formatCount(count)).toBe(expected);
});

it.each([
  [0, "$0"],
  [0.000_01, "< $0.0001"],
  [0.0042, "$0.0042"],
  [0.419, "$0.42"],
  [12.3, "$12.30"],
])("%d dollars is %s", (cost, expected) => {
  expect(formatCost(cost)).toBe(expected);
});

it("says what a turn used, and leaves out unknown values", () => {
  const usage = { inputTokens: 1_200, outputTokens: 80, cachedTokens: 1_000, cost: 0.02, contextUsed: null, contextSize: null };
  expect(describeUsage(usage)).toEqual(["1.2k in / 80 out tokens", "1k cached", "$0.02"]);
  expect(describeUsage({ ...usage, inputTokens: null, cachedTokens: 0, cost: null })).toEqual(["80 out tokens"]);
  expect(describeUsage({ ...usage, inputTokens: null, outputTokens: null, cachedTokens: null, cost: null })).toEqual([]);
  expect(describeUsage({ ...usage, cost: 0, contextUsed: 8_500 })).toEqual(["1.2k in / 80 out tokens", "1k cached", "8.5k context"]);
  expect(describeUsage({ ...usage, contextUsed: 8_500, contextSize: 128_000 }).at(-1)).toBe("8.5k of 128k context");
  expect(describeUsage(null)).toEqual([]);
});
