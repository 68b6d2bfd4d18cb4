import { expect, it } from "vitest";
import { describeCost, describeUsage, formatDuration } from "./format-turn.ts";

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

it("says what a turn used, and leaves out unknown values", () => {
  const usage = { inputTokens: 1_200, outputTokens: 80, cachedTokens: 1_000, cost: 0.02, contextUsed: null, contextSize: null };
  expect(describeUsage(usage)).toEqual(["1.2k in / 80 out tokens", "1k cached"]);
  expect(describeUsage({ ...usage, inputTokens: null, cachedTokens: 0, cost: null })).toEqual(["80 out tokens"]);
  expect(describeUsage({ ...usage, inputTokens: null, outputTokens: null, cachedTokens: null, cost: null })).toEqual([
    "tokens not reported",
  ]);
  expect(describeUsage({ ...usage, cost: 0, contextUsed: 8_500 })).toEqual(["1.2k in / 80 out tokens", "1k cached", "8.5k context"]);
  expect(describeUsage({ ...usage, contextUsed: 8_500, contextSize: 128_000 }).at(-1)).toBe("8.5k of 128k context");
  expect(describeUsage(null)).toEqual(["tokens not reported"]);
  expect([usage, { ...usage, cost: 0 }, { ...usage, cost: null }, null].map(describeCost)).toEqual(["$0.02", null, null, null]);
});
