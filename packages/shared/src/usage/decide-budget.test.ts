import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Budget } from "./budget.ts";
import { decideBudget, toSessionBudget, type BudgetRoom } from "./decide-budget.ts";

const TONIGHT = 5_000;
const room = (scope: BudgetRoom["scope"], budget: Partial<Budget>, spent: Partial<BudgetRoom["spent"]>): BudgetRoom => ({
  scope,
  budget: { tokens: null, cost: null, ...budget },
  spent: { tokens: 0, cost: 0, ...spent },
  resetsAt: scope === "day" ? TONIGHT : null,
});

it.each<{ name: string; rooms: BudgetRoom[]; level: string; deciding: string | null }>([
  { name: "no budget", rooms: [room("session", {}, { tokens: 1e9, cost: 500 })], level: "within", deciding: null },
  { name: "nothing used", rooms: [room("session", { tokens: 100 }, {})], level: "within", deciding: null },
  { name: "just below four fifths", rooms: [room("session", { tokens: 100 }, { tokens: 79 })], level: "within", deciding: null },
  { name: "four fifths", rooms: [room("session", { tokens: 100 }, { tokens: 80 })], level: "warn", deciding: "session tokens" },
  { name: "one below the limit", rooms: [room("session", { tokens: 100 }, { tokens: 99 })], level: "warn", deciding: "session tokens" },
  { name: "the limit", rooms: [room("session", { tokens: 100 }, { tokens: 100 })], level: "stop", deciding: "session tokens" },
  { name: "beyond it", rooms: [room("day", { cost: 2 }, { cost: 2.5 })], level: "stop", deciding: "day cost" },
  {
    name: "cost that nobody reports stops nothing",
    rooms: [room("session", { cost: 1 }, { tokens: 1e9 })],
    level: "within",
    deciding: null,
  },
  {
    name: "the fullest warns",
    rooms: [room("session", { tokens: 100, cost: 1 }, { tokens: 85, cost: 0.9 }), room("day", { tokens: 1_000 }, { tokens: 820 })],
    level: "warn",
    deciding: "session cost",
  },
  {
    name: "a stop is told before a fuller warning",
    rooms: [room("day", { tokens: 100 }, { tokens: 100 }), room("session", { tokens: 100 }, { tokens: 99 })],
    level: "stop",
    deciding: "day tokens",
  },
  {
    name: "of two stops, the one that never resets",
    rooms: [room("day", { tokens: 100 }, { tokens: 900 }), room("session", { tokens: 100 }, { tokens: 100 })],
    level: "stop",
    deciding: "session tokens",
  },
])("decides: $name", ({ rooms, level, deciding }) => {
  const state = decideBudget(rooms);
  const told = state.deciding && `${state.deciding.scope} ${state.deciding.unit}`;
  expect({ level: state.level, deciding: told }).toEqual({ level, deciding });
});

const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
const arbitraryRoom = fc
  .record({
    scope: fc.constantFrom("session" as const, "day" as const),
    tokens: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    cost: fc.option(fc.double({ min: 0.01, max: 1e6, noNaN: true })),
    spent: fc.record({ tokens: fc.integer({ min: 0, max: 2_000_000 }), cost: amount }),
  })
  .map(({ scope, tokens, cost, spent }) => room(scope, { tokens, cost }, spent));

it("never goes back to a lower level when more is used, and stops exactly when a limit is reached", () => {
  const order = ["within", "warn", "stop"];
  fc.assert(
    fc.property(fc.array(arbitraryRoom, { maxLength: 4 }), amount, (rooms, more) => {
      const before = decideBudget(rooms);
      const later = decideBudget(
        rooms.map((one) => ({ ...one, spent: { tokens: one.spent.tokens + Math.round(more), cost: one.spent.cost + more } })),
      );
      expect(order.indexOf(later.level)).toBeGreaterThanOrEqual(order.indexOf(before.level));
      expect(before.level === "stop").toBe(before.uses.some(({ spent, limit }) => spent >= limit));
      expect(before.deciding === null).toBe(before.level === "within");
      expect(before.deciding?.level ?? "within").toBe(before.level);
    }),
  );
});

it("uses a session's own budget where it has one, even one without a limit", () => {
  const settings = { sessionBudget: { tokens: 5, cost: null } };
  expect(toSessionBudget(null, settings)).toEqual({ tokens: 5, cost: null });
  expect(toSessionBudget({ tokens: null, cost: null }, settings)).toEqual({ tokens: null, cost: null });
});
