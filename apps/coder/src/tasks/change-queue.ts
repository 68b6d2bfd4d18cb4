import type { Queryable } from "@boocode/db/database";
import { findTask, listOpenTasks, updateTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TaskId } from "@boocode/shared/ids";
import { decideSendNow, decideUnqueue } from "@boocode/shared/tasks/decide-queue-change";
import type { Task } from "@boocode/shared/tasks/task";
import { readBudgets } from "../usage/read-budgets.ts";
import { cancelTask } from "./cancel-task.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { moveInQueue } from "./move-in-queue.ts";
import { endTask } from "./run/end-task.ts";
import type { TaskDeps } from "./run/run-ports.ts";

type QueueDeps = TaskDeps & { dispatcher: Dispatcher };

/**
 * Removes a prompt from the queue; it then ends as cancelled and can be brought back by `again` of `tasks.send`. Unlike a cancel, it never
 * stops a turn.
 *
 * Faults: `task_not_found`, `task_not_queued`.
 */
export async function unqueueTask(deps: QueueDeps, taskId: TaskId): Promise<Task> {
  const end = { state: "cancelled", cause: "stopped_by_person", evidence: null, usage: null, model: "" } as const;
  const ended = await endTask(deps, { taskId, end, only: async (_, task) => task.state === "queued" });
  if (ended !== null) {
    // It may be in preparation.
    deps.dispatcher.stop(taskId);
    deps.dispatcher.wake();
    return ended;
  }
  const task = await findTask(deps.db.read, taskId);
  const decision = decideUnqueue(task, taskId);
  if (decision.kind === "refuse") throw new DomainError(decision.fault);
  if (task === null) throw new DomainError({ kind: "task_not_found", taskId });
  return task;
}

/**
 * Moves a queued prompt next to another task of its session. All places of the queue change in one transaction, so a crash leaves the old
 * order or the new one.
 *
 * Faults: `task_not_found`, `task_not_queued`.
 */
export async function reorderTask(deps: QueueDeps, taskId: TaskId, to: { next: "before" | "after"; anchorId: TaskId }): Promise<void> {
  const at = deps.time.now();
  await deps.db.write("full", async (tx, announce) => {
    const moved = await findTask(tx, taskId);
    if (moved === null) throw new DomainError({ kind: "task_not_found", taskId });
    const anchor = await findTask(tx, to.anchorId);
    if (anchor?.sessionId !== moved.sessionId) throw new DomainError({ kind: "task_not_found", taskId: to.anchorId });
    await moveInQueue({ tx, announce, at }, moved, { next: to.next, anchor });
  });
  deps.dispatcher.wake();
}

/**
 * Puts a queued prompt first, without waiting for its time, and asks the running turn of its session to end. If `interrupts` is given, only
 * that turn is stopped: not one that has begun since the person looked. The order is stored before the stop, so a crash in between only
 * leaves the prompt first. A prompt that a budget holds would not run then, so nothing is stopped for it.
 *
 * Faults: `task_not_found`, `task_not_queued`, `budget_used_up`.
 */
export async function sendNow(deps: QueueDeps, taskId: TaskId, interrupts?: TaskId): Promise<Task> {
  const at = deps.time.now();
  const { task, running } = await deps.db.write("full", async (tx, announce) => {
    const found = await findTask(tx, taskId);
    const decision = decideSendNow(found, taskId);
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    if (found === null) throw new DomainError({ kind: "task_not_found", taskId });
    if (decision.kind === "unchanged") return { task: found, running: undefined };
    await requireBudget(deps, tx, found);
    await moveInQueue({ tx, announce, at }, found, { next: "first" });
    const now = (await updateTask(tx, taskId, { notBefore: null, steers: null })) ?? found;
    announce.changed("tasks", [taskId], found.sessionId);
    const open = await listOpenTasks(tx, found.sessionId);
    return { task: now, running: open.find(({ state }) => state === "running") };
  });
  if (running !== undefined && (interrupts === undefined || interrupts === running.id)) await cancelTask(deps, running.id);
  else if (running === undefined) deps.dispatcher.giveWayTo(task);
  deps.dispatcher.wake();
  return task;
}

async function requireBudget({ dispatcher, time }: QueueDeps, read: Queryable, { sessionId, ignoresBudget }: Task): Promise<void> {
  if (ignoresBudget) return;
  const state = (await readBudgets({ db: { read }, time }, [sessionId], dispatcher.listRunning())).get(sessionId);
  if (state?.level === "stop" && state.deciding) throw new DomainError({ kind: "budget_used_up", ...state.deciding });
}

/**
 * Lets one queued prompt run although a budget is used up, in its turn: it stops nothing, and no other prompt passes with it. The person's
 * word survives a restart.
 *
 * Faults: `task_not_found`, `task_not_queued`.
 */
export async function sendAnyway(deps: QueueDeps, taskId: TaskId): Promise<Task> {
  const task = await deps.db.write("full", async (tx, announce) => {
    const found = await findTask(tx, taskId);
    const decision = decideSendNow(found, taskId);
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    if (found === null) throw new DomainError({ kind: "task_not_found", taskId });
    if (decision.kind === "unchanged") return found;
    announce.changed("tasks", [taskId], found.sessionId);
    return (await updateTask(tx, taskId, { ignoresBudget: true })) ?? found;
  });
  deps.dispatcher.wake();
  return task;
}
