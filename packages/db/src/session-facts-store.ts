import type { AgentId, SessionId } from "@boocode/shared/ids";
import type { Session } from "@boocode/shared/sessions/session";
import type { Task } from "@boocode/shared/tasks/task";
import { sql } from "kysely";
import type { Queryable } from "./database.ts";

/** What a session's row shows of other tables. */
export interface StoredSessionFacts {
  /** The newest task by acceptance, or null. */
  newestTask: Pick<Task, "state" | "acceptedSeq" | "endedAt"> | null;
  /** Agents of its open chats, oldest chat first, each once. */
  agents: AgentId[];
  /** Lines, over the changes nobody has judged yet. */
  additions: number;
  deletions: number;
  worktree: Session["worktree"];
}

/** Ids of one `in` list. */
const IDS_PER_LIST = 500;

/**
 * The facts of many sessions in four statements, however many sessions there are: the list of sessions is read again whenever a task
 * begins or ends. Sessions of which nothing is stored have facts, too.
 */
export async function readSessionFacts(db: Queryable, sessionIds: readonly SessionId[]): Promise<Map<SessionId, StoredSessionFacts>> {
  const facts = new Map(sessionIds.map((id) => [id, emptyFacts()]));
  for (let start = 0; start < sessionIds.length; start += IDS_PER_LIST) {
    await readInto(facts, db, sessionIds.slice(start, start + IDS_PER_LIST));
  }
  return facts;
}

const emptyFacts = (): StoredSessionFacts => ({ newestTask: null, agents: [], additions: 0, deletions: 0, worktree: null });

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
      .select(["session_id", "path", "branch", "head", "base_commit", "state"])
      .where("session_id", "in", ids)
      // A literal, so that the index of those that are there is used.
      .where("state", "<>", sql.lit("removed"))
      .execute(),
  ]);
  for (const row of tasks) {
    const newestTask = { state: row.state as Task["state"], acceptedSeq: row.accepted_seq, endedAt: row.ended_at };
    Object.assign(facts.get(row.session_id) ?? {}, { newestTask });
  }
  for (const { session_id, agent } of chats) {
    const agents = facts.get(session_id)?.agents;
    if (agents && !agents.includes(agent as AgentId)) agents.push(agent as AgentId);
  }
  for (const { session_id, additions, deletions } of changes) Object.assign(facts.get(session_id) ?? {}, { additions, deletions });
  for (const { session_id, path, branch, head, base_commit, state } of worktrees) {
    const found = session_id === null ? undefined : facts.get(session_id);
    if (found) found.worktree = { path, branch, head, baseCommit: base_commit, state: state as NonNullable<Session["worktree"]>["state"] };
  }
}

/** For {@link readSessionFacts} and the test that looks at its plan: one step in an index for each session, however many tasks it has. */
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
    .select(["task.session_id", "task.state", "task.accepted_seq", "task.ended_at"])
    .where("session.id", "in", ids);
}
