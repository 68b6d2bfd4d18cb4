import * as fc from "fast-check";

/** Number of runs of a property that sets none itself. */
const DEFAULT_RUNS = 100;
const FACTOR = Number(process.env["BOOCODE_SOAK_FACTOR"] ?? "20");
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");

/** Like fast-check's own `assert`, but with many times the runs and the soak's seed, whatever the test sets. */
export const assert = ((property: fc.IAsyncProperty<unknown>, parameters?: fc.Parameters<unknown>) =>
  fc.assert(property, { ...parameters, numRuns: (parameters?.numRuns ?? DEFAULT_RUNS) * FACTOR, seed: SEED })) as typeof fc.assert;

export * from "fast-check";
export default { ...fc.default, assert };
