import type { Row } from "./measurement.ts";

const HEAD = ["", "n", "ours", "limit", "ratio", "goal", "verdict", "the limit is"];
/** The left-aligned text columns; the others contain figures and are right-aligned. */
const LEFT = new Set([0, 5, 6, 7]);

/** Formats the rows as an aligned text table of medians, with the parts of some figures below. */
export function toTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(toCells)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (LEFT.has(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, "-".repeat(Math.max(...lines.map((line) => line.length))));
  return [...lines, "", ...rows.flatMap(toNotes)].join("\n").trimEnd();
}

function toCells(row: Row): string[] {
  const { name, unit, ours, limit, ratio, isMet, limitName, samples } = row;
  const n = String(samples.ours.length);
  return [name, n, toAmount(ours, unit), toAmount(limit, unit), ratio.toFixed(2), toGoal(row), isMet ? "met" : "not met", limitName];
}

function toGoal({ goal, unit }: Row): string {
  const sign = goal.is === "at_most" ? "≤" : "≥";
  if (goal.of === "ratio") return `${sign} ${goal.value} × the limit`;
  return `${sign} ${toAmount(goal.value, unit)}${goal.of === "difference" ? " over it" : ""}`;
}

function toNotes({ name, parts }: Row): string[] {
  const entries = Object.entries(parts);
  if (entries.length === 0) return [];
  return [`${name}: ${entries.map(([part, value]) => `${part} ${typeof value === "number" ? toFigure(value) : value}`).join(" · ")}`];
}

const toAmount = (value: number, unit: Row["unit"]) => (unit === "requests" ? toFigure(value) : `${toFigure(value)} ${unit}`);

/** Formats a number with three significant digits, the precision of a noisy machine. */
function toFigure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
