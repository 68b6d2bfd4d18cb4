import type { BudgetUse } from "@boocode/shared/usage/budget";
import { formatCost, formatCount } from "./format-usage.ts";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const nameOf = ({ scope }: BudgetUse): string => (scope === "session" ? "this session's budget" : "today's budget");

/** Says how much of a limit is used: "410k of 500k tokens", "$4.10 of $5". */
export function describeUse({ unit, spent, limit }: Pick<BudgetUse, "unit" | "spent" | "limit">): string {
  return unit === "tokens" ? `${formatCount(spent)} of ${formatCount(limit)} tokens` : `${formatCost(spent)} of ${formatCost(limit)}`;
}

/** Says in one sentence how far a budget is used. */
export function describeBudget(use: BudgetUse): string {
  const name = nameOf(use);
  if (use.level === "stop") return `${name[0]!.toUpperCase()}${name.slice(1)} is used up: ${describeUse(use)}`;
  return `${Math.floor((use.spent / use.limit) * 100)} % of ${name} is used: ${describeUse(use)}`;
}

/** Says what holds a prompt, shortly: the budget is described beside it. */
export function explainHeld(use: BudgetUse): string {
  return `Held by ${nameOf(use)}${use.resetsAt === null ? "" : ` until ${TIME.format(use.resetsAt)}`}`;
}

/** Reads an amount as a person writes it: "500k", "1.5 M", "250,000". Null: not a positive amount, or two, as "1.000" is. */
export function readAmount(text: string): number | null {
  if (/\.\d{3}$/.test(text.trim())) return null;
  const match = /^\$?\s*(\d+(?:\.\d+)?)\s*([km])?$/i.exec(text.trim().replaceAll(/[,_](?=\d{3})/g, ""));
  if (match === null) return null;
  const amount = Number(match[1]) * ({ k: 1_000, m: 1_000_000 }[(match[2] ?? "").toLowerCase()] ?? 1);
  return amount > 0 ? amount : null;
}
