import type { UsageSum } from "@boocode/shared/usage/usage-sum";
import { expect, it } from "vitest";
import { describeCost, describeTokens } from "./describe-sum.ts";

const sum = (given: Partial<UsageSum>): UsageSum => ({
  turns: 3,
  inputTokens: 1_200_000,
  outputTokens: 34_000,
  cachedTokens: null,
  cost: 1.5,
  withoutTokens: 0,
  withoutCost: 0,
  ...given,
});

it("says what was reported, and of how many turns it was not", () => {
  expect(describeTokens(sum({}))).toBe("1.2M in, 34k out");
  expect(describeTokens(sum({ withoutTokens: 1 }))).toBe("1.2M in, 34k out (1 of 3 turns not reported)");
  expect(describeTokens(sum({ outputTokens: null }))).toBe("1.2M in, out not reported");
  expect(describeTokens(sum({ inputTokens: null, outputTokens: null, withoutTokens: 3 }))).toBe("tokens not reported");
  expect(describeTokens(sum({ inputTokens: 0, outputTokens: 0 }))).toBe("0 in, 0 out");
});

it("never makes a zero of a cost that nobody reports", () => {
  expect(describeCost(sum({}))).toBe("$1.50");
  expect(describeCost(sum({ withoutCost: 2 }))).toBe("$1.50 (2 of 3 turns not reported)");
  expect(describeCost(sum({ cost: 0 }))).toBe("$0");
  expect(describeCost(sum({ cost: null, withoutCost: 3 }))).toBeNull();
});
