import type { TaskId } from "../ids.ts";
import type { Task } from "./task.ts";

/** How a task ends that the previous daemon left running. */
export type RecoveredEnd = { taskId: TaskId } & (
  | { state: "interrupted"; cause: "daemon_restart" }
  | { state: "cancelled"; cause: "stopped_by_person" }
);

/**
 * Decides what happens to the tasks an earlier daemon left open.
 *
 * A task runs at most once, so a running task ends as interrupted, or as cancelled if the person had asked to stop it. Queued tasks stay
 * queued.
 */
export function decideRecovery(openTasks: readonly Pick<Task, "id" | "state" | "stopRequestedAt">[]): {
  interrupt: RecoveredEnd[];
  keepQueued: TaskId[];
} {
  const interrupt: RecoveredEnd[] = [];
  const keepQueued: TaskId[] = [];
  for (const { id: taskId, state, stopRequestedAt } of openTasks) {
    if (state === "queued") keepQueued.push(taskId);
    if (state !== "running") continue;
    interrupt.push(
      stopRequestedAt === null
        ? { taskId, state: "interrupted", cause: "daemon_restart" }
        : { taskId, state: "cancelled", cause: "stopped_by_person" },
    );
  }
  return { interrupt, keepQueued };
}
