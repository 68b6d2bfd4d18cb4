import type { AgentId, ChatId, EpochMs, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { Task, type TaskState } from "@boocode/shared/tasks/task";
import { sql, type Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import { isEmptyPatch, recordCodec } from "../record-codec.ts";
import type { Schema, TaskTable } from "../schema.ts";

const codec = recordCodec<TaskTable, Task>("task", Task, {
  id: "id",
  promptId: "prompt_id",
  sessionId: "session_id",
  chatId: "chat_id",
  agent: "agent",
  model: "model",
  mode: "mode",
  kind: "kind",
  text: "text",
  state: "state",
  cause: "cause",
  evidence: { column: "evidence", as: "json" },
  usage: { column: "usage", as: "json" },
  acceptedSeq: "accepted_seq",
  stopRequestedAt: "stop_requested_at",
  createdAt: "created_at",
  startedAt: "started_at",
  endedAt: "ended_at",
});

export type TaskPatch = Partial<Omit<Task, "id" | "promptId" | "sessionId" | "chatId" | "createdAt">>;

/**
 * Stores a new task. A second task for the same prompt violates the unique index: check with `findTaskByPromptId` in the same transaction.
 */
export async function insertTask(tx: Transaction<Schema>, task: Task): Promise<void> {
  await tx.insertInto("tasks").values(codec.toRow(task)).execute();
}

/** Returns the task, or null. */
export async function findTask(db: Queryable, id: TaskId): Promise<Task | null> {
  const row = await db.selectFrom("tasks").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the task created from a prompt, or null. */
export async function findTaskByPromptId(db: Queryable, promptId: PromptId): Promise<Task | null> {
  const row = await db.selectFrom("tasks").selectAll().where("prompt_id", "=", promptId).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns at most `limit` tasks, newest first. */
export async function listTasks(
  db: Queryable,
  filter: { sessionId?: SessionId | undefined; chatId?: ChatId | undefined; states?: readonly TaskState[] | undefined; limit: number },
): Promise<Task[]> {
  let query = db.selectFrom("tasks").selectAll();
  if (filter.sessionId !== undefined) query = query.where("session_id", "=", filter.sessionId);
  if (filter.chatId !== undefined) query = query.where("chat_id", "=", filter.chatId);
  if (filter.states !== undefined) query = query.where("state", "in", filter.states);
  // Within a session `accepted_seq` is the order of acceptance; across sessions only the clock can order tasks.
  const ordered =
    filter.sessionId === undefined && filter.chatId === undefined
      ? query.orderBy("created_at", "desc").orderBy("id", "desc")
      : query.orderBy("accepted_seq", "desc");
  const rows = await ordered.limit(filter.limit).execute();
  return rows.map(codec.toRecord);
}

/** Returns whether an agent had started a task in a chat before a given time. */
export async function hasStartedBefore(db: Queryable, chatId: ChatId, agent: AgentId, at: EpochMs): Promise<boolean> {
  const row = await db
    .selectFrom("tasks")
    .select("id")
    .where("chat_id", "=", chatId)
    .where("agent", "=", agent)
    .where("started_at", "<", at)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns whether another agent began a task in a chat at or after a time. */
export async function hasAnotherStartedSince(db: Queryable, chatId: ChatId, agent: AgentId, at: EpochMs): Promise<boolean> {
  const row = await db
    .selectFrom("tasks")
    .select("id")
    .where("chat_id", "=", chatId)
    .where("agent", "!=", agent)
    .where("started_at", ">=", at)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns the queued and running tasks of one session or of all, in order of acceptance. */
export async function listOpenTasks(db: Queryable, sessionId?: SessionId): Promise<Task[]> {
  // Literals, not parameters, because otherwise the partial index of open tasks is not used.
  let query = db
    .selectFrom("tasks")
    .selectAll()
    .where("state", "in", [sql.lit("queued"), sql.lit("running")]);
  if (sessionId !== undefined) query = query.where("session_id", "=", sessionId);
  const rows = await query.orderBy("session_id").orderBy("accepted_seq").execute();
  return rows.map(codec.toRecord);
}

/** Updates a task and returns it, or null if there is none. */
export async function updateTask(tx: Transaction<Schema>, id: TaskId, patch: TaskPatch): Promise<Task | null> {
  const changes = codec.toPatch(patch);
  if (isEmptyPatch(changes)) return findTask(tx, id);
  const row = await tx.updateTable("tasks").set(changes).where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
