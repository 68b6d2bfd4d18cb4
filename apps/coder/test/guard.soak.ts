import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryPlan } from "./guard/guard-moves.ts";
import { judgeGuard } from "./guard/judge-guard.ts";

/** At the soak's usual factor, 5,000. */
const RUNS = 250 * Number(process.env["BOOCODE_SOAK_FACTOR"] ?? "20");
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");

it(`F30: of ${RUNS} generated repositories, the guard calls none safe in which something would be lost`, async () => {
  const { judged, calledSafe, areSafe, falseSafe, falseUnsafe } = await judgeGuard(fc.sample(arbitraryPlan, { numRuns: RUNS, seed: SEED }));
  process.stdout.write(`Guard: ${judged} repositories, ${areSafe} safe, ${calledSafe} called safe, ${falseUnsafe.length} falsely unsafe\n`);
  expect(falseSafe).toEqual([]);
  expect(falseUnsafe.slice(Math.floor(judged / 100))).toEqual([]);
});
