import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryPlan } from "./guard/guard-moves.ts";
import { judgeGuard } from "./guard/judge-guard.ts";

/** As many as an ordinary run has time for; the soak judges 5,000. */
const RUNS = 100;

it(`F30: of ${RUNS} generated repositories, the guard calls none safe in which something would be lost`, async () => {
  const seed = Date.now() % 2 ** 31;
  const { judged, calledSafe, areSafe, falseSafe, falseUnsafe } = await judgeGuard(fc.sample(arbitraryPlan, { numRuns: RUNS, seed }));
  process.stdout.write(
    `Guard, seed ${seed}: ${judged} repositories, ${areSafe} safe, ${calledSafe} called safe, ${falseUnsafe.length} falsely unsafe\n`,
  );
  expect({ seed, falseSafe }).toEqual({ seed, falseSafe: [] });
  expect(falseUnsafe.slice(Math.floor(judged / 100))).toEqual([]);
  expect(calledSafe).toBeGreaterThan(judged / 10);
});
