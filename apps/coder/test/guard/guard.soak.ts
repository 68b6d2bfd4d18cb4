import { recordFault } from "@boocode/testkit/record-fault";
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryPlan } from "./guard-moves.ts";
import { judgeGuard } from "./judge-guard.ts";

/** At the soak's usual factor, 5,000. */
const RUNS = 250 * Number(process.env["BOOCODE_SOAK_FACTOR"] ?? "20");
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");

it(`F30: of ${RUNS} generated repositories, the guard calls none safe in which something would be lost`, async () => {
  const { judged, calledSafe, areSafe, falseSafe, falseUnsafe } = await judgeGuard(fc.sample(arbitraryPlan, { numRuns: RUNS, seed: SEED }));
  process.stdout.write(`Guard: ${judged} repositories, ${areSafe} safe, ${calledSafe} called safe, ${falseUnsafe.length} falsely unsafe\n`);
  recordFault({ fault: "F30", repetitions: judged, bytesLost: falseSafe.length });
  expect(falseSafe).toEqual([]);
  // Fewer than one in a hundred.
  expect(falseUnsafe.slice(Math.ceil(judged / 100) - 1)).toEqual([]);
});
