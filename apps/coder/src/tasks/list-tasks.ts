import type { Database } from "@boocode/db/database";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import { listOpenPermissions } from "@boocode/db/stores/agents/permission-store";
import { listOpenTasks, listTasks as listStoredTasks } from "@boocode/db/stores/chats/task-store";
import type { ChatId, EpochMs, SessionId, TaskId } from "@boocode/shared/ids";
import { decideDispatch } from "@boocode/shared/tasks/decide-dispatch";
import type { Task, TaskState, TaskStep } from "@boocode/shared/tasks/task";
import type { BudgetUse } from "@boocode/shared/usage/budget";
import { readBudgets, toOverBudget, type RunningUse } from "../usage/read-budgets.ts";

/** A task, with the reason it is waiting, if it is, or what it is doing before its turn begins. */
export type TaskView = Task & {
  step: TaskStep | null;
  /** True while its turn can be given words of the person. */
  canSteer: boolean;
  /** Set while the task waits for its time. */
  waitsUntil: EpochMs | null;
  /** The task directly ahead of it. Null if it is next, or waits only for its `notBefore`. */
  waitsFor: Waits["waitsFor"];
  /** The budget that holds it, until the person changes the budget or lets it run all the same. */
  overBudget: BudgetUse | null;
};

interface Waits {
  waitsFor: { taskId: TaskId; chatId: ChatId; chatTitle: string; reason: "worktree_in_use" | "earlier_in_queue" | "permission" } | null;
  overBudget: BudgetUse | null;
}

/** Which tasks to list. */
export interface ListTasksInput {
  sessionId?: SessionId | undefined;
  chatId?: ChatId | undefined;
  states?: TaskState[] | undefined;
  limit: number;
}

/** What the daemon knows of its runs, and the time. */
export interface RunFacts {
  now: EpochMs;
  runningIds: ReadonlySet<TaskId>;
  running: readonly RunningUse[];
  stepOf(taskId: TaskId): TaskStep | null;
  canSteer(taskId: TaskId): boolean;
}

/** Lists tasks, newest first, each with the reason it is waiting. The dispatcher acts on the same decision. */
export async function listTasks(db: Database, input: ListTasksInput, runs: RunFacts): Promise<TaskView[]> {
  const tasks = await listStoredTasks(db.read, input);
  const sessions = new Set(tasks.filter((task) => task.state === "queued").map((task) => task.sessionId));
  const waits = new Map<string, Waits>();
  for (const sessionId of sessions) for (const [taskId, wait] of await readWaits(db, sessionId, runs)) waits.set(taskId, wait);
  return tasks.map((task) => ({
    ...task,
    waitsFor: waits.get(task.id)?.waitsFor ?? null,
    // A budget holds turns, not words for one that runs.
    overBudget: task.steers === null ? (waits.get(task.id)?.overBudget ?? null) : null,
    step: runs.stepOf(task.id),
    canSteer: runs.canSteer(task.id),
    waitsUntil: waitsUntil(task, runs.now),
  }));
}

const waitsUntil = ({ state, notBefore }: Task, now: EpochMs) =>
  state === "queued" && notBefore !== null && notBefore > now ? notBefore : null;

async function readWaits(
  db: Database,
  sessionId: SessionId,
  { now, runningIds: preparing, running }: RunFacts,
): Promise<Map<string, Waits>> {
  const open = await listOpenTasks(db.read, sessionId);
  const asking = new Set((await listOpenPermissions(db.read, sessionId)).map((permission) => permission.taskId));
  const byId = new Map(open.map((task) => [task.id, task]));
  const budgets = await readBudgets({ db, time: { now: () => now } }, [sessionId], running);
  const waits = new Map<string, Waits>();
  for (const { taskId, waitsFor, reason } of decideDispatch(open, { now, asking, preparing, overBudget: toOverBudget(budgets) }).waiting) {
    if (reason === "budget") waits.set(taskId, { waitsFor: null, overBudget: budgets.get(sessionId)?.deciding ?? null });
    if (waitsFor === null || reason === "not_before" || reason === "budget") continue;
    const before = byId.get(waitsFor);
    const chat = before ? await findChat(db.read, before.chatId) : null;
    if (before && chat)
      waits.set(taskId, { waitsFor: { taskId: waitsFor, chatId: chat.id, chatTitle: chat.title, reason }, overBudget: null });
  }
  return waits;
}
