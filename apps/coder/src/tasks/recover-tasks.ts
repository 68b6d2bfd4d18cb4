import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { decideRecovery } from "@boocode/shared/tasks/decide-recovery";
import type { Task } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { foldTask } from "./run/fold-task.ts";
import { interruptTask } from "./interrupt-task.ts";
import type { TaskDeps } from "./run/run-ports.ts";

/** Captures what an interrupted turn left in its worktree; returns the events that describe it. */
export type SalvageWork = (task: Task) => Promise<ChatEventBody[]>;

/** How long the inspection of one worktree may delay the start. */
const SALVAGE_MS = 20_000;

/**
 * Ends the tasks that an earlier daemon left running, once, before anything is dispatched. Each ends as interrupted, with what the journal
 * has about it; queued tasks stay queued. A worktree that cannot be read does not block the start.
 */
export async function recoverTasks(deps: TaskDeps, salvage: SalvageWork): Promise<Task[]> {
  const open = await listOpenTasks(deps.db.read);
  const byId = new Map(open.map((task) => [task.id, task]));
  const recovered: Task[] = [];
  for (const { taskId } of decideRecovery(open).interrupt) {
    const task = byId.get(taskId);
    if (!task) continue;
    const ended = await interruptTask(deps, taskId, "daemon_restart", await trySalvage(deps, task, salvage));
    if (ended === null) continue;
    recovered.push(ended);
  }
  // Not awaited: a long turn would delay the start.
  void foldAll(deps, recovered);
  if (recovered.length > 0) deps.logger.warn({ tasks: recovered.map((task) => task.id) }, "Ended tasks that an earlier run left running");
  return recovered;
}

async function foldAll(deps: TaskDeps, tasks: readonly Task[]): Promise<void> {
  for (const task of tasks) await foldTask(deps, task);
}

async function trySalvage(deps: TaskDeps, task: Task, salvage: SalvageWork): Promise<ChatEventBody[]> {
  const late = pause(deps.time, SALVAGE_MS).then(() => Promise.reject(new Error("It took too long")));
  late.catch(() => {});
  try {
    return await Promise.race([salvage(task), late]);
  } catch (error) {
    deps.logger.warn({ err: error, taskId: task.id }, "What an interrupted turn left in its worktree could not be captured");
    return [{ type: "notice", level: "warning", text: "What this turn left in the worktree could not be captured." }];
  }
}
