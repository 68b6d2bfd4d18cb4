import { describe } from "vitest";

/** At the soak's usual factor, 40. */
const TIMES = 2 * Number(process.env["BOOCODE_SOAK_FACTOR"] ?? "20");

/** Runs the tests of a file forty times: each goes through every failpoint, and chance decides what happens beside it. */
export function describeAgain(what: string, load: () => Promise<unknown>): void {
  describe(`Failpoints of ${what}, ${TIMES} times`, { repeats: TIMES - 1, timeout: 3_600_000 }, async () => {
    await load();
  });
}
