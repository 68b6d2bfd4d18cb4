import type { Usage } from "@boocode/shared/agents/usage";
import { formatCost, formatCount } from "../usage/format-usage.ts";

/** Formats a duration in milliseconds with at most two units: "0.4 s", "12 s", "3 min 5 s", "1 h 4 min". */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, "min", seconds % 60, "s");
  return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

const join = (big: number, bigUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;

/** What a turn cost; null if the agent does not say, or it was nothing. */
export function describeCost(usage: Usage | null): string | null {
  return usage?.cost ? formatCost(usage.cost) : null;
}

/** Phrases for what a turn used besides its cost. Leaves out what the agent does not report, except that it reports no tokens. */
export function describeUsage(usage: Usage | null): string[] {
  if (usage === null) return ["tokens not reported"];
  const phrases: string[] = [];
  const { inputTokens, outputTokens, cachedTokens, contextUsed, contextSize } = usage;
  if (inputTokens === null && outputTokens === null) phrases.push("tokens not reported");
  else {
    const sides = [
      inputTokens === null ? null : `${formatCount(inputTokens)} in`,
      outputTokens === null ? null : `${formatCount(outputTokens)} out`,
    ];
    phrases.push(`${sides.filter((side) => side !== null).join(" / ")} tokens`);
  }
  if (cachedTokens !== null && cachedTokens > 0) phrases.push(`${formatCount(cachedTokens)} cached`);
  if (contextUsed !== null && contextUsed > 0) {
    phrases.push(`${formatCount(contextUsed)}${contextSize ? ` of ${formatCount(contextSize)}` : ""} context`);
  }
  return phrases;
}
