import { listOpenTasks } from "@boocode/db/task-store";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { decideRecovery } from "@boocode/shared/tasks/decide-recovery";
import type { Task } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { foldTask } from "./fold-task.ts";
import { interruptTask } from "./interrupt-task.ts";
import type { TaskDeps } from "./run-ports.ts";

/** Holds what an interrupted turn left in its worktree, and answers the events that tell it. */
export type SalvageWork = (task: Task) => Promise<ChatEventBody[]>;

/** How long looking at one worktree may hold up the start. */
const SALVAGE_MS = 20_000;

/**
 * Ends what an earlier daemon left running, once, before anything is dispatched. Each ends as interrupted, with what the journal
 * knows of it; what was queued stays queued. A worktree that cannot be looked at never holds up the start.
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
  // Nobody waits for it: a turn that said much would hold up the start.
  void foldAll(deps, recovered);
  if (recovered.length > 0) deps.logger.warn({ tasks: recovered.map((task) => task.id) }, "Ended tasks that an earlier run had left");
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
