import type { Usage } from "@boocode/shared/agents/usage";
import type { EpochMs, ProjectId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import { BUDGET_LIMITS } from "@boocode/shared/usage/budget";
import type { Spent } from "@boocode/shared/usage/decide-budget";
import type { UsageDay } from "@boocode/shared/usage/decide-day";
import { ChatUsage, DayUsage, SessionUsage, UsageSum } from "@boocode/shared/usage/usage-sum";
import { sql, type Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import type { Schema } from "../../schema.ts";

/** A turn that ended, and what it used. */
export type EndedTurn = Pick<Task, "id" | "sessionId" | "chatId" | "agent" | "model"> & {
  projectId: ProjectId;
  endedAt: EpochMs;
  /** Null: not reported. */
  usage: Usage | null;
};

/** Stores what a turn used. A turn counts once, however often its end is told. */
export async function insertTurnUsage(tx: Transaction<Schema>, turn: EndedTurn): Promise<void> {
  const { usage } = turn;
  await tx
    .insertInto("turn_usage")
    .values({
      task_id: turn.id,
      session_id: turn.sessionId,
      project_id: turn.projectId,
      chat_id: turn.chatId,
      agent: turn.agent,
      model: turn.model,
      input_tokens: toCounted(usage?.inputTokens, BUDGET_LIMITS.tokens),
      output_tokens: toCounted(usage?.outputTokens, BUDGET_LIMITS.tokens),
      cached_tokens: toCounted(usage?.cachedTokens, BUDGET_LIMITS.tokens),
      cost: toCounted(usage?.cost, BUDGET_LIMITS.cost),
      ended_at: turn.endedAt,
    })
    .onConflict((conflict) => conflict.column("task_id").doNothing())
    .execute();
}

/** An agent may say anything, and a sum that is no number any more would hold every queue. */
const toCounted = (said: number | null | undefined, most: number): number | null => (said == null ? null : Math.min(said, most));

/** Returns which of these turns have ended, so that what they used is counted. */
export async function listCountedTurns(db: Queryable, taskIds: readonly TaskId[]): Promise<Set<TaskId>> {
  if (taskIds.length === 0) return new Set();
  const rows = await db.selectFrom("turn_usage").select("task_id").where("task_id", "in", taskIds).execute();
  return new Set(rows.map(({ task_id: id }) => id as TaskId));
}

/** The sums of `UsageSum` over a group of turns. Sums of nothing reported are NULL. */
const SUMS = sql<never>`count(*) as "turns",
  sum(used.input_tokens) as "inputTokens", sum(used.output_tokens) as "outputTokens",
  sum(used.cached_tokens) as "cachedTokens", sum(used.cost) as "cost",
  sum(case when used.input_tokens is null and used.output_tokens is null then 1 else 0 end) as "withoutTokens",
  sum(case when used.cost is null then 1 else 0 end) as "withoutCost"`;

/** Which turns are meant: those of a session, or those that ended in a time. */
export type UsageOf = { sessionId: SessionId } | { since: EpochMs; until: EpochMs };

const whereOf = (of: UsageOf) =>
  "sessionId" in of ? sql`used.session_id = ${of.sessionId}` : sql`used.ended_at >= ${of.since} and used.ended_at < ${of.until}`;

/** Adds up what turns used. */
export async function readUsage(db: Queryable, of: UsageOf): Promise<UsageSum> {
  const { rows } = await sql<object>`select ${SUMS} from turn_usage as used where ${whereOf(of)}`.execute(db);
  // Without turns there is one row all the same, without counts.
  const { turns = 0, withoutTokens, withoutCost, ...sums } = (rows[0] ?? {}) as Record<string, unknown>;
  return UsageSum.parse({ ...sums, turns, withoutTokens: withoutTokens ?? 0, withoutCost: withoutCost ?? 0 });
}

/** What counts towards a budget. */
export function toSpent({ inputTokens, outputTokens, cost }: Pick<UsageSum, "inputTokens" | "outputTokens" | "cost">): Spent {
  return { tokens: (inputTokens ?? 0) + (outputTokens ?? 0), cost: cost ?? 0 };
}

/** Adds up by day and agent, the newest day and within it the most tokens first. */
export async function listDayUsage(db: Queryable, days: readonly UsageDay[], limit: number): Promise<DayUsage[]> {
  if (days.length === 0) return [];
  const values = sql.join(days.map(({ day, since, until }) => sql`(${day}, cast(${since} as bigint), cast(${until} as bigint))`));
  const { rows } = await sql<object>`with days(day, since, until) as (values ${values})
    select days.day as "day", used.agent as "agent", ${SUMS}
    from days join turn_usage as used on used.ended_at >= days.since and used.ended_at < days.until
    group by days.day, used.agent
    order by days.day desc, coalesce(sum(used.input_tokens), 0) + coalesce(sum(used.output_tokens), 0) desc, used.agent
    limit ${limit}`.execute(db);
  return DayUsage.array().parse(rows);
}

/** Adds up by session, the most tokens first, and counts the sessions. */
export async function listSessionUsage(
  db: Queryable,
  of: { since: EpochMs; until: EpochMs },
  limit: number,
): Promise<{ sessions: SessionUsage[]; count: number }> {
  const { rows } = await sql<object>`select sums.*, sessions.title as "title", projects.name as "projectName" from (
      select used.session_id as "sessionId", used.project_id as "projectId", max(used.ended_at) as "lastAt", ${SUMS}
      from turn_usage as used where ${whereOf(of)}
      group by used.session_id, used.project_id
      order by coalesce(sum(used.input_tokens), 0) + coalesce(sum(used.output_tokens), 0) desc, max(used.ended_at) desc
      limit ${limit}) as sums
    left join sessions on sessions.id = sums."sessionId"
    left join projects on projects.id = sums."projectId"`.execute(db);
  const counted = await sql<{ count: number }>`select count(distinct used.session_id) as "count" from turn_usage as used
    where ${whereOf(of)}`.execute(db);
  return { sessions: SessionUsage.array().parse(rows), count: Number(counted.rows[0]?.count ?? 0) };
}

/** Adds up a session's turns by chat and agent. */
export async function listChatUsage(db: Queryable, sessionId: SessionId, limit: number): Promise<ChatUsage[]> {
  const { rows } = await sql<object>`select used.chat_id as "chatId", used.agent as "agent", ${SUMS} from turn_usage as used
    where ${whereOf({ sessionId })} group by used.chat_id, used.agent
    order by coalesce(sum(used.input_tokens), 0) + coalesce(sum(used.output_tokens), 0) desc limit ${limit}`.execute(db);
  return ChatUsage.array().parse(rows);
}
