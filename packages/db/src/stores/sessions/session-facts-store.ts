import type { AgentId, SessionId } from "@boocode/shared/ids";
import type { Session } from "@boocode/shared/sessions/session";
import type { Task } from "@boocode/shared/tasks/task";
import { sql } from "kysely";
import type { Queryable } from "../../database.ts";

/** The facts from other tables that a session's row shows. */
export interface StoredSessionFacts {
  /** The task accepted last, or null. */
  newestTask: Pick<Task, "state" | "acceptedSeq" | "endedAt"> | null;
  /** When the person's newest prompt was accepted, or null. Turns that an agent began, and continuations, are none. */
  lastPromptAt: number | null;
  /** Distinct agents of its open chats, by the age of the chat. */
  agents: AgentId[];
  /** Added lines of all unjudged changes. */
  additions: number;
  deletions: number;
  worktree: Session["worktree"];
}

/** Ids per `in` list. */
const IDS_PER_LIST = 500;

/**
 * Reads the facts of many sessions in four statements per {@link IDS_PER_LIST} ids, because the list of sessions is reread whenever a task
 * begins or ends. A session without stored facts gets empty ones.
 */
export async function readSessionFacts(db: Queryable, sessionIds: readonly SessionId[]): Promise<Map<SessionId, StoredSessionFacts>> {
  const facts = new Map(sessionIds.map((id) => [id, emptyFacts()]));
  for (let start = 0; start < sessionIds.length; start += IDS_PER_LIST) {
    await readInto(facts, db, sessionIds.slice(start, start + IDS_PER_LIST));
  }
  return facts;
}

const emptyFacts = (): StoredSessionFacts => ({
  newestTask: null,
  lastPromptAt: null,
  agents: [],
  additions: 0,
  deletions: 0,
  worktree: null,
});

async function readInto(facts: ReadonlyMap<string, StoredSessionFacts>, db: Queryable, ids: readonly SessionId[]): Promise<void> {
  const [tasks, chats, changes, worktrees] = await Promise.all([
    newestTasksQuery(db, ids).execute(),
    db
      .selectFrom("chats")
      .select(["session_id", "agent"])
      .where("session_id", "in", ids)
      .where("closed_at", "is", null)
      .orderBy("created_at")
      .orderBy("id")
      .execute(),
    db
      .selectFrom("pending_changes")
      .select((eb) => ["session_id", eb.fn.sum<number>("additions").as("additions"), eb.fn.sum<number>("deletions").as("deletions")])
      .where("session_id", "in", ids)
      .where("state", "in", ["pending", "conflict"])
      .groupBy("session_id")
      .execute(),
    db
      .selectFrom("worktrees")
      .select(["session_id", "path", "branch", "adopted", "head", "base_commit", "state"])
      .where("session_id", "in", ids)
      // A literal, so that the partial index is used.
      .where("state", "<>", sql.lit("removed"))
      .execute(),
  ]);
  for (const row of tasks) {
    const newestTask = { state: row.state as Task["state"], acceptedSeq: row.accepted_seq, endedAt: row.ended_at };
    Object.assign(facts.get(row.session_id) ?? {}, { newestTask, lastPromptAt: row.last_prompt_at });
  }
  for (const { session_id, agent } of chats) {
    const agents = facts.get(session_id)?.agents;
    if (agents && !agents.includes(agent as AgentId)) agents.push(agent as AgentId);
  }
  for (const { session_id, additions, deletions } of changes) Object.assign(facts.get(session_id) ?? {}, { additions, deletions });
  for (const { session_id, base_commit, ...row } of worktrees) {
    const found = session_id === null ? undefined : facts.get(session_id);
    if (found) found.worktree = { ...row, baseCommit: base_commit } as NonNullable<Session["worktree"]>;
  }
}

/**
 * The newest-task statement of {@link readSessionFacts}, exported for the test of its query plan. Two index lookups per session, however
 * many tasks it has.
 */
export function newestTasksQuery(db: Queryable, ids: readonly SessionId[]) {
  return db
    .selectFrom("sessions as session")
    .innerJoin("tasks as task", (join) =>
      join.onRef("task.session_id", "=", "session.id").on((eb) =>
        eb(
          "task.accepted_seq",
          "=",
          eb
            .selectFrom("tasks as other")
            .select((inner) => inner.fn.max("other.accepted_seq").as("newest"))
            .whereRef("other.session_id", "=", "session.id"),
        ),
      ),
    )
    .select((eb) => [
      "task.session_id",
      "task.state",
      "task.accepted_seq",
      "task.ended_at",
      eb
        .selectFrom("tasks as prompt")
        .select("prompt.created_at")
        .whereRef("prompt.session_id", "=", "session.id")
        .where("prompt.kind", "<>", "agent")
        .where("prompt.continues", "is", null)
        .orderBy("prompt.accepted_seq", "desc")
        .limit(1)
        .as("last_prompt_at"),
    ])
    .where("session.id", "in", ids);
}
