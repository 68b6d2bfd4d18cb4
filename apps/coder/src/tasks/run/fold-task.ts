import { readTaskEvents, replaceTaskEvents } from "@boocode/db/stores/chats/chat-event-store";
import { foldParts } from "@boocode/shared/chats/fold-parts";
import type { Task } from "@boocode/shared/tasks/task";
import type { TaskDeps } from "./run-ports.ts";

/**
 * Folds the deltas of an ended task in one transaction, so that reading it back costs one event per part. No turn waits for it or depends
 * on it: a failure is only logged, and what is not folded reads the same.
 */
export async function foldTask(deps: Pick<TaskDeps, "db" | "logger">, task: Pick<Task, "id" | "sessionId">): Promise<void> {
  try {
    const { removed, inserted } = foldParts(await readTaskEvents(deps.db.read, task.id));
    if (removed.length === 0) return;
    await deps.db.write("normal", (tx) => replaceTaskEvents(tx, task.sessionId, removed, inserted));
  } catch (error) {
    deps.logger.warn({ err: error, taskId: task.id }, "The events of an ended task could not be folded");
  }
}
