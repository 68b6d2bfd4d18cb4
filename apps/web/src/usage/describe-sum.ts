import type { UsageSum } from "@boocode/shared/usage/usage-sum";
import { toCount } from "../ui/labels.ts";
import { formatCost, formatCount } from "./format-usage.ts";

/** The words for what no turn reported. */
export const NOT_REPORTED = "not reported";

/** Says the tokens of turns: "1.2M in, 34k out". Turns that reported none are told, because they are not in the sum. */
export function describeTokens(sum: UsageSum): string {
  const { inputTokens, outputTokens, turns, withoutTokens } = sum;
  if (inputTokens === null && outputTokens === null) return `tokens ${NOT_REPORTED}`;
  const sides = [
    inputTokens === null ? `in ${NOT_REPORTED}` : `${formatCount(inputTokens)} in`,
    outputTokens === null ? `out ${NOT_REPORTED}` : `${formatCount(outputTokens)} out`,
  ];
  return `${sides.join(", ")}${describeMissing(withoutTokens, turns)}`;
}

/** Says the cost of turns; null if none reported it. */
export function describeCost({ cost, turns, withoutCost }: UsageSum): string | null {
  return cost === null ? null : `${formatCost(cost)}${describeMissing(withoutCost, turns)}`;
}

const describeMissing = (without: number, turns: number): string =>
  without === 0 ? "" : ` (${without} of ${toCount(turns, "turn")} ${NOT_REPORTED})`;
