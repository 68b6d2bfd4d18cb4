import { findTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import { continueTask } from "./after-limit.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { TaskDeps } from "./run/run-ports.ts";

/**
 * Continues a task that a usage limit ended, when the limit resets. Asked for again, it returns the task that waits already.
 *
 * Faults: `task_not_found`, `not_continuable`, `shutting_down`.
 */
export async function continueAfterLimit(deps: TaskDeps & { dispatcher: Dispatcher }, taskId: TaskId): Promise<Task> {
  deps.dispatcher.requireOpen();
  const at = deps.time.now();
  const task = await deps.db.write("full", async (tx, announce) => {
    const ended = await findTask(tx, taskId);
    if (ended === null) throw new DomainError({ kind: "task_not_found", taskId });
    const next = await continueTask({ tx, announce, at }, ended, { byPerson: true, model: ended.model });
    if (next === null) throw new DomainError({ kind: "not_continuable", taskId });
    return next;
  });
  deps.dispatcher.wake();
  return task;
}
