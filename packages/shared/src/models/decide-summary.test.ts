import * as fc from "fast-check";
import { expect, it } from "vitest";
import { TaskId } from "../ids.ts";
import { decideSummary, toContextChars } from "./decide-summary.ts";

const turnsOf = (...sizes: number[]) => sizes.map((chars, index) => ({ taskId: TaskId.parse(`t${index}`), chars }));
const summary = { taskId: null, chars: 10 };

it.each<[string, Parameters<typeof decideSummary>[0], number | null]>([
  ["nothing", [], null],
  ["all that fits", turnsOf(50, 50), null],
  ["one turn that is too long", turnsOf(101), null],
  ["the older of two", turnsOf(60, 60), 1],
  ["all but what is small enough to stay", turnsOf(60, 60, 10, 10), 2],
  ["all but the newest, however long that is", turnsOf(10, 200), 1],
  ["a summary together with the turns after it", [summary, ...turnsOf(60, 60)], 2],
  ["a summary alone never", [summary, ...turnsOf(120)], null],
])("summarises %s", (_, turns, count) => {
  const decision = decideSummary(turns, 100);
  expect(decision?.count ?? null).toBe(count);
  expect(decision?.throughTaskId ?? null).toBe(count === null ? null : turns[count - 1]!.taskId);
});

it("keeps at least the newest turn, and after it what is kept takes little room unless that alone is long", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 20 }), fc.integer({ min: 1, max: 1_000 }), (sizes, maxChars) => {
      const decision = decideSummary(turnsOf(...sizes), maxChars);
      const all = sizes.reduce((sum, size) => sum + size, 0);
      const kept = decision === null ? sizes : sizes.slice(decision.count);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(1, sizes.length));
      const isShort = kept.length <= 1 || kept.reduce((sum, size) => sum + size, 0) <= maxChars * 0.3;
      expect(decision === null ? all <= maxChars || sizes.length === 1 : isShort).toBe(true);
    }),
  );
});

it("leaves room for the turn itself", () => {
  expect(toContextChars(10_000)).toEqual({ history: 24_000, all: 34_000 });
  expect(toContextChars(null).all).toBeGreaterThan(toContextChars(null).history);
});
