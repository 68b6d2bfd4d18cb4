import { z } from "zod";
import { EpochMs } from "../ids.ts";

/** The largest budget that can be set: far above any use, and exact as a number. */
export const BUDGET_LIMITS = { tokens: 1_000_000_000_000, cost: 1_000_000 } as const;

/** How much agents may use before no further turn starts. Tokens are those in and out, cost is in US dollars. Null: no limit. */
export const Budget = z.object({
  tokens: z.number().int().min(1).max(BUDGET_LIMITS.tokens).nullable(),
  cost: z.number().min(0.01).max(BUDGET_LIMITS.cost).nullable(),
});
export type Budget = z.infer<typeof Budget>;

export const NO_BUDGET: Budget = { tokens: null, cost: null };

/** What a budget covers: one session for as long as it exists, or all sessions in one day of the person's. */
export const BudgetScope = z.enum(["session", "day"]);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** `stop`: no turn starts. `warn`: soon. */
export const BudgetLevel = z.enum(["within", "warn", "stop"]);
export type BudgetLevel = z.infer<typeof BudgetLevel>;

/** How much of one limit is used. */
export const BudgetUse = z.object({
  scope: BudgetScope,
  unit: z.enum(["tokens", "cost"]),
  spent: z.number(),
  limit: z.number(),
  level: BudgetLevel,
  /** When the use counts from zero again; null if never. */
  resetsAt: EpochMs.nullable(),
});
export type BudgetUse = z.infer<typeof BudgetUse>;
