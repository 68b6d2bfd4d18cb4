import { z } from "zod";
import { AgentId, ChatId, EpochMs, ProjectId, SessionId } from "../ids.ts";
import { Budget, BudgetLevel, BudgetUse } from "./budget.ts";

const count = z.number().nonnegative();

/** What several turns used together. Null: none of them reported it. */
export const UsageSum = z.object({
  turns: count,
  inputTokens: count.nullable(),
  outputTokens: count.nullable(),
  cachedTokens: count.nullable(),
  cost: count.nullable(),
  /** How many of the turns reported no tokens. */
  withoutTokens: count,
  /** How many of the turns reported no cost. */
  withoutCost: count,
});
export type UsageSum = z.infer<typeof UsageSum>;

export const USAGE_LIMITS = { days: 92, rows: 200 } as const;

/** What one agent used in one day. */
export const DayUsage = UsageSum.extend({ day: z.string(), agent: AgentId });
export type DayUsage = z.infer<typeof DayUsage>;

/** What one session used. A session that was deleted for good has no title any more. */
export const SessionUsage = UsageSum.extend({
  sessionId: SessionId,
  projectId: ProjectId,
  title: z.string().nullable(),
  projectName: z.string().nullable(),
  lastAt: EpochMs,
});
export type SessionUsage = z.infer<typeof SessionUsage>;

/** What one agent used in one chat. */
export const ChatUsage = UsageSum.extend({ chatId: ChatId, agent: AgentId });
export type ChatUsage = z.infer<typeof ChatUsage>;

/** The use of a period of days. */
export const UsageReport = z.object({
  timeZone: z.string(),
  total: UsageSum,
  /** The newest day first. */
  days: z.array(DayUsage),
  /** Those with the most tokens, at most {@link USAGE_LIMITS}.rows. */
  sessions: z.array(SessionUsage),
  /** How many sessions there are in all. */
  sessionCount: count,
});
export type UsageReport = z.infer<typeof UsageReport>;

/** How far the budgets of the day, and of a session where one is named, are used. */
export const BudgetReport = z.object({
  level: BudgetLevel,
  deciding: BudgetUse.nullable(),
  uses: z.array(BudgetUse),
  timeZone: z.string(),
  session: z.object({ own: Budget.nullable(), inherited: Budget, total: UsageSum, chats: z.array(ChatUsage) }).nullable(),
  day: z.object({ day: z.string(), budget: Budget, total: UsageSum }),
});
export type BudgetReport = z.infer<typeof BudgetReport>;
