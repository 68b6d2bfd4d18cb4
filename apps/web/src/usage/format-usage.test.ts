import { expect, it } from "vitest";
import { formatCost, formatCount } from "./format-usage.ts";

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
