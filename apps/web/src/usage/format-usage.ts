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
