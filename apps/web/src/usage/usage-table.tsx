import type { UsageSum } from "@boocode/shared/usage/usage-sum";
import { type ReactNode, useState } from "react";
import { Button } from "../ui/button.tsx";
import { formatCost, formatCount } from "./format-usage.ts";
import { NOT_REPORTED } from "./describe-sum.ts";

export interface UsageRow {
  key: string;
  /** The first cells, one for each of `heads`. */
  cells: readonly ReactNode[];
  sum: UsageSum;
}

type UsageTableProps = {
  label: string;
  heads: readonly string[];
  rows: readonly UsageRow[];
  /** How many rows are shown at first. */
  shown: number;
};

/** A table of what turns used. */
export function UsageTable({ label, heads, rows, shown }: UsageTableProps) {
  const [isWhole, setWhole] = useState(false);
  const visible = isWhole ? rows : rows.slice(0, shown);
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable content must be reachable by keyboard
      tabIndex={0}
      role="region"
      aria-label={label}
      className="overflow-x-auto rounded-lg border border-line"
    >
      <table className="tabular w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-muted [&>th]:px-2.5 max-sm:[&>th]:px-1.5 [&>th]:py-1.5 [&>th]:font-medium">
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {["Turns", "In", "Out", "Cost"].map((head) => (
              <th key={head} scope="col" className="text-right">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&>tr]:border-b [&>tr]:border-line [&>tr:last-child]:border-b-0 [&_td]:px-2.5 max-sm:[&_td]:px-1.5 [&_td]:py-1.5">
          {visible.map(({ key, cells, sum }) => (
            <tr key={key}>
              {cells.map((cell, at) => (
                <td key={heads[at]} className="max-w-44 truncate max-sm:max-w-28">
                  {cell}
                </td>
              ))}
              <td className="text-right">{sum.turns.toLocaleString("en")}</td>
              <Amount value={sum.inputTokens} format={formatCount} without={sum.withoutTokens} turns={sum.turns} />
              <Amount value={sum.outputTokens} format={formatCount} without={sum.withoutTokens} turns={sum.turns} />
              <Amount value={sum.cost} format={formatCost} without={sum.withoutCost} turns={sum.turns} />
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && rows.length > shown && (
        <p className="border-t border-line p-1.5 text-center">
          <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
            Show all {rows.length}
          </Button>
        </p>
      )}
    </div>
  );
}

type AmountProps = { value: number | null; format: (value: number) => string; without: number; turns: number };

/** A sum. Of one that not all turns reported, it says so. */
function Amount({ value, format, without, turns }: AmountProps) {
  if (value === null) return <td className="text-right whitespace-nowrap text-faint">{NOT_REPORTED}</td>;
  const missing = without === 0 ? null : `${without} of ${turns} turns did not report it`;
  return (
    <td className="text-right whitespace-nowrap" title={missing ?? undefined}>
      {format(value)}
      {missing && (
        <span className="text-faint">
          <span aria-hidden>+</span>
          <span className="sr-only"> ({missing})</span>
        </span>
      )}
    </td>
  );
}
