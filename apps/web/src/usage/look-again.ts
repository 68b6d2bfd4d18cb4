import type { BudgetUse } from "@boocode/shared/usage/budget";

/** How often to look while the daemon's clock, which decides, has not come as far as the browser's. */
const AT_LEAST_MS = 30_000;

/** Returns after how many milliseconds a use counts from zero again, so that what is shown of it is wrong; false if never. */
export function toLookAgainMs(uses: readonly Pick<BudgetUse, "resetsAt">[], now: number): number | false {
  const times = uses.flatMap(({ resetsAt }) => (resetsAt === null ? [] : [resetsAt]));
  return times.length === 0 ? false : Math.max(AT_LEAST_MS, Math.min(...times) - now);
}
