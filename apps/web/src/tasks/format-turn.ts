import type { Usage } from "@boocode/shared/agents/usage";

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

/** Formats a count in at most four characters: "950", "1.2k", "34k", "1.5M". */
export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 999_500) return `${trim(count / 1_000)}k`;
  return `${trim(count / 1_000_000)}M`;
}

const trim = (value: number) => (value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0));

/** Formats US dollars: "$0.42", with more digits below a cent. */
export function formatCost(cost: number): string {
  if (cost === 0) return "$0";
  if (cost < 0.0001) return "< $0.0001";
  return `$${cost < 0.01 ? cost.toFixed(4) : cost.toFixed(2)}`;
}

/** Phrases for what a turn used. Leaves out what the agent does not report. */
export function describeUsage(usage: Usage | null): string[] {
  if (usage === null) return [];
  const phrases: string[] = [];
  const { inputTokens, outputTokens, cachedTokens, cost, contextUsed, contextSize } = usage;
  if (inputTokens !== null || outputTokens !== null) {
    const sides = [
      inputTokens === null ? null : `${formatCount(inputTokens)} in`,
      outputTokens === null ? null : `${formatCount(outputTokens)} out`,
    ];
    phrases.push(`${sides.filter((side) => side !== null).join(" / ")} tokens`);
  }
  if (cachedTokens !== null && cachedTokens > 0) phrases.push(`${formatCount(cachedTokens)} cached`);
  if (cost !== null && cost > 0) phrases.push(formatCost(cost));
  if (contextUsed !== null && contextUsed > 0) {
    phrases.push(`${formatCount(contextUsed)}${contextSize ? ` of ${formatCount(contextSize)}` : ""} context`);
  }
  return phrases;
}
