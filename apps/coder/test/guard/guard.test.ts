import { recordFault } from "@boocode/testkit/record-fault";
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryPlan } from "./guard-moves.ts";
import { judgeGuard } from "./judge-guard.ts";

/** As many as an ordinary run has time for; the soak judges 5,000. */
const RUNS = 200;

it(`F30: of ${RUNS} generated repositories, the guard calls none safe in which something would be lost`, { timeout: 600_000 }, async () => {
  const seed = Date.now() % 2 ** 31;
  const { judged, calledSafe, areSafe, falseSafe, falseUnsafe } = await judgeGuard(fc.sample(arbitraryPlan, { numRuns: RUNS, seed }));
  process.stdout.write(
    `Guard, seed ${seed}: ${judged} repositories, ${areSafe} safe, ${calledSafe} called safe, ${falseUnsafe.length} falsely unsafe\n`,
  );
  recordFault({ fault: "F30", repetitions: judged, bytesLost: falseSafe.length });
  expect({ seed, falseSafe }).toEqual({ seed, falseSafe: [] });
  // Fewer than one in a hundred.
  expect(falseUnsafe.slice(Math.ceil(judged / 100) - 1)).toEqual([]);
  expect(calledSafe).toBeGreaterThan(judged / 10);
});
