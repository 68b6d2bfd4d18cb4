import { findTask, updateTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TaskId } from "@boocode/shared/ids";
import { applyTaskTransition, hasEnded } from "@boocode/shared/tasks/task-transitions";
import type { Task } from "@boocode/shared/tasks/task";
import { writeOrLater } from "../platform/retry-write.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { endTask } from "./run/end-task.ts";
import type { TaskDeps } from "./run/run-ports.ts";

/**
 * Cancels a task. A queued task ends immediately; for a running one, the agent is asked to stop, everyone sees the request, and the end
 * arrives as an event. An ended task is left unchanged.
 *
 * The agent is asked before anything is written, so a full disk cannot prevent a stop: the request is then recorded later.
 *
 * Faults: `task_not_found`.
 */
export async function cancelTask(deps: TaskDeps & { dispatcher: Dispatcher }, taskId: TaskId): Promise<Task> {
  const { db, dispatcher } = deps;
  const known = await findTask(db.read, taskId);
  if (known === null) throw new DomainError({ kind: "task_not_found", taskId });
  if (hasEnded(known)) return known;
  const at = deps.time.now();
  const isRun = dispatcher.stop(taskId);
  const task = (await writeOrLater(deps, () => requestStop(deps, taskId, at))) ?? {
    ...known,
    stopRequestedAt: known.stopRequestedAt ?? at,
  };
  if (task.state === "running" && isRun) return task;
  if (hasEnded(task)) return task;
  // Either queued, or still marked as running by a run whose end could not be stored: there is no agent to ask.
  const end = { state: "cancelled", cause: "stopped_by_person", evidence: null, usage: null, model: "" } as const;
  const ended = await writeOrLater(deps, () => endTask(deps, { taskId, end }));
  dispatcher.wake();
  return ended ?? (await findTask(db.read, taskId)) ?? task;
}

/** Records that a running task is to stop; does nothing to a task in any other state. */
async function requestStop(deps: TaskDeps, taskId: TaskId, at: number): Promise<Task> {
  return deps.db.write("full", async (tx, announce) => {
    const found = await findTask(tx, taskId);
    if (found === null) throw new DomainError({ kind: "task_not_found", taskId });
    if (found.state !== "running") return found;
    const asked = applyTaskTransition(found, { type: "request_stop", at });
    if ("fault" in asked) throw new DomainError(asked.fault);
    await updateTask(tx, taskId, { stopRequestedAt: asked.stopRequestedAt });
    announce.changed("tasks", [taskId], asked.sessionId);
    return asked;
  });
}
