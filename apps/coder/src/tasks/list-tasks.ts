import type { Database } from "@boocode/db/database";
import { findChat } from "@boocode/db/stores/chat-store";
import { listOpenPermissions } from "@boocode/db/stores/permission-store";
import { listOpenTasks, listTasks as listStoredTasks } from "@boocode/db/stores/task-store";
import type { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { decideDispatch } from "@boocode/shared/tasks/decide-dispatch";
import type { Task, TaskState, TaskStep } from "@boocode/shared/tasks/task";

/** A task, with the reason it is waiting, if it is, or what it is doing before its turn begins. */
export type TaskView = Task & {
  step: TaskStep | null;
  waitsFor: { taskId: TaskId; chatId: ChatId; chatTitle: string; reason: "worktree_in_use" | "earlier_in_queue" | "permission" } | null;
};

/** Which tasks to list. */
export interface ListTasksInput {
  sessionId?: SessionId | undefined;
  chatId?: ChatId | undefined;
  states?: TaskState[] | undefined;
  limit: number;
}

/** Lists tasks, newest first, each with the reason it is waiting. The dispatcher acts on the same decision. */
export async function listTasks(db: Database, input: ListTasksInput, stepOf: (taskId: TaskId) => TaskStep | null): Promise<TaskView[]> {
  const tasks = await listStoredTasks(db.read, input);
  const sessions = new Set(tasks.filter((task) => task.state === "queued").map((task) => task.sessionId));
  const waits = new Map<string, TaskView["waitsFor"]>();
  for (const sessionId of sessions) for (const [taskId, waitsFor] of await readWaits(db, sessionId)) waits.set(taskId, waitsFor);
  return tasks.map((task) => ({ ...task, waitsFor: waits.get(task.id) ?? null, step: stepOf(task.id) }));
}

async function readWaits(db: Database, sessionId: SessionId): Promise<Map<string, TaskView["waitsFor"]>> {
  const open = await listOpenTasks(db.read, sessionId);
  const asking = new Set((await listOpenPermissions(db.read, sessionId)).map((permission) => permission.taskId));
  const byId = new Map(open.map((task) => [task.id, task]));
  const waits = new Map<string, TaskView["waitsFor"]>();
  for (const { taskId, waitsFor, reason } of decideDispatch(open, asking).waiting) {
    const before = byId.get(waitsFor);
    const chat = before ? await findChat(db.read, before.chatId) : null;
    if (before && chat) waits.set(taskId, { taskId: waitsFor, chatId: chat.id, chatTitle: chat.title, reason });
  }
  return waits;
}
