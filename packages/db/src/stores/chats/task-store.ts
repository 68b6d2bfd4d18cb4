import { ACT_TYPES } from "@boocode/shared/agents/handoff/decide-seen";
import type { TurnMark } from "@boocode/shared/agents/handoff/decide-continuity";
import type { AgentId, ChatId, PromptId, Seq, SessionId, TaskId } from "@boocode/shared/ids";
import { Task, type TaskCause, type TaskState } from "@boocode/shared/tasks/task";
import { sql, type Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { isEmptyPatch, recordCodec } from "../../record-codec.ts";
import type { Schema, TaskTable } from "../../schema.ts";

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
  attachments: { column: "attachments", as: "json" },
  state: "state",
  cause: "cause",
  evidence: { column: "evidence", as: "json" },
  usage: { column: "usage", as: "json" },
  acceptedSeq: "accepted_seq",
  position: "position",
  notBefore: "not_before",
  steers: "steers",
  continues: "continues",
  continuesLeft: "continues_left",
  ignoresBudget: { column: "ignores_budget", as: "flag" },
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

/** Returns the tasks among these that exist, in any order. */
export async function findTasks(db: Queryable, ids: readonly TaskId[]): Promise<Task[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("tasks").selectAll().where("id", "in", ids).execute();
  return rows.map(codec.toRecord);
}

/** Returns the tasks of a chat that never ran: those that wait, and those that were taken back before their turn began. */
export async function listUnrunTasks(db: Queryable, chatId: ChatId): Promise<TaskId[]> {
  const rows = await db
    .selectFrom("tasks")
    .select("id")
    .where("chat_id", "=", chatId)
    .where("state", "in", ["queued", "cancelled"])
    .where((eb) => eb.or([eb("state", "=", "queued"), eb("started_at", "is", null)]))
    .execute();
  return rows.map(({ id }) => id as TaskId);
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

/**
 * Returns the turns of a chat with anything after a seq, in the order in which they ran. A turn without a word, a tool or an end is not
 * listed, so that prompts that still wait are none.
 */
export async function listTurnMarks(db: Queryable, chatId: ChatId, afterSeq: Seq): Promise<TurnMark[]> {
  const rows = await db
    .selectFrom("chat_events as event")
    .innerJoin("tasks as task", "task.id", "event.task_id")
    .select(["task.id", "task.agent", "task.state", "task.cause", "task.started_at"])
    .select((eb) => [
      eb.fn.max("event.seq").as("last_seq"),
      eb.fn.max(eb.case().when("event.type", "in", ACT_TYPES).then(1).else(0).end()).as("has_acted"),
    ])
    .where("event.chat_id", "=", chatId)
    .where("event.item_seq", ">", afterSeq)
    .where("event.type", "in", [...ACT_TYPES, "task.ended"])
    .groupBy("task.id")
    .orderBy(sql`coalesce(task.started_at, task.ended_at)`)
    .orderBy("task.accepted_seq")
    .execute();
  return rows.map((row) => ({
    taskId: row.id as TaskId,
    agent: row.agent as AgentId,
    state: row.state as TaskState,
    cause: row.cause as TaskCause | null,
    hasStarted: row.started_at !== null,
    hasActed: Number(row.has_acted) === 1,
    lastSeq: Number(row.last_seq),
  }));
}

/** Returns the queued and running tasks of one session or of all, the queued ones in the order of the queue. */
export async function listOpenTasks(db: Queryable, sessionId?: SessionId): Promise<Task[]> {
  // Literals, not parameters, because otherwise the partial index of open tasks is not used.
  let query = db
    .selectFrom("tasks")
    .selectAll()
    .where("state", "in", [sql.lit("queued"), sql.lit("running")]);
  if (sessionId !== undefined) query = query.where("session_id", "=", sessionId);
  // Sorted here: they are few, and for the place in the queue SQLite would build an index each time.
  const rows = (await query.execute()).toSorted((a, b) => compare(a.session_id, b.session_id) || a.position - b.position);
  return rows.map(codec.toRecord);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Updates a task and returns it, or null if there is none. */
export async function updateTask(tx: Transaction<Schema>, id: TaskId, patch: TaskPatch): Promise<Task | null> {
  const changes = codec.toPatch(patch);
  if (isEmptyPatch(changes)) return findTask(tx, id);
  const row = await tx.updateTable("tasks").set(changes).where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
