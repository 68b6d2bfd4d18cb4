import type { BudgetUse } from "@boocode/shared/usage/budget";
import { expect, it } from "vitest";
import { describeBudget, explainHeld, readAmount } from "./describe-budget.ts";

const use = (given: Partial<BudgetUse>): BudgetUse => ({
  scope: "session",
  unit: "tokens",
  spent: 512_000,
  limit: 500_000,
  level: "stop",
  resetsAt: null,
  ...given,
});

it.each<[Partial<BudgetUse>, string]>([
  [{}, "This session's budget is used up: 512k of 500k tokens"],
  [{ scope: "day", unit: "cost", spent: 5.1, limit: 5 }, "Today's budget is used up: $5.10 of $5.00"],
  [{ spent: 499_999, level: "warn" }, "99 % of this session's budget is used: 500k of 500k tokens"],
  [{ scope: "day", spent: 400_000, level: "warn" }, "80 % of today's budget is used: 400k of 500k tokens"],
])("describes %j", (given, words) => {
  expect(describeBudget(use(given))).toBe(words);
});

it("says until when a day's budget holds a prompt", () => {
  expect(explainHeld(use({}))).toBe("Held by this session's budget");
  expect(explainHeld(use({ scope: "day", resetsAt: new Date(2026, 11, 1).getTime() }))).toMatch(/^Held by today's budget until 00:00$/);
});

it.each([
  ["500k", 500_000],
  [" 1.5 M ", 1_500_000],
  ["250,000", 250_000],
  ["$5", 5],
  ["0.5", 0.5],
  ["1.000", null],
  ["1.250.000", null],
  ["1.250k", 1_250],
  ["", null],
  ["0", null],
  ["-3", null],
  ["many", null],
])("reads %j as %s", (text, amount) => {
  expect(readAmount(text)).toBe(amount);
});
