import { findTask, updateTask } from "@boocode/db/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TaskId } from "@boocode/shared/ids";
import { applyTaskTransition } from "@boocode/shared/tasks/task-transitions";
import type { Task } from "@boocode/shared/tasks/task";
import type { Dispatcher } from "./dispatcher.ts";
import { endTask } from "./end-task.ts";
import type { TaskDeps } from "./run-ports.ts";

/**
 * Ends a queued task at once; asks the agent of a running one to stop, which everybody sees until the end comes as an event.
 * An ended task stays as it is.
 *
 * Faults: `task_not_found`.
 */
export async function cancelTask(deps: TaskDeps & { dispatcher: Dispatcher }, taskId: TaskId): Promise<Task> {
  const at = deps.time.now();
  const task = await deps.db.write("full", async (tx, announce) => {
    const found = await findTask(tx, taskId);
    if (found === null) throw new DomainError({ kind: "task_not_found", taskId });
    if (found.state !== "running") return found;
    const asked = applyTaskTransition(found, { type: "request_stop", at });
    if ("fault" in asked) throw new DomainError(asked.fault);
    await updateTask(tx, taskId, { stopRequestedAt: asked.stopRequestedAt });
    announce.changed("tasks", [taskId], asked.sessionId);
    return asked;
  });
  if (task.state === "running" && deps.dispatcher.stop(taskId)) return task;
  // Queued, or left running by a run whose end could not be stored: there is no agent to ask.
  const end = { state: "cancelled", cause: "stopped_by_person", evidence: null, usage: null, model: "" } as const;
  const isOpen = task.state === "running" || task.state === "queued";
  const ended = isOpen ? await endTask(deps, { taskId, end }) : null;
  deps.dispatcher.wake();
  return ended ?? (await findTask(deps.db.read, taskId)) ?? task;
}
