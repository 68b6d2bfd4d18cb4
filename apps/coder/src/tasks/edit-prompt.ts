import { appendChatEvents } from "@boocode/db/stores/chat-event-store";
import { findTask, updateTask } from "@boocode/db/stores/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TaskId } from "@boocode/shared/ids";
import { decideEditPrompt } from "@boocode/shared/tasks/decide-edit-prompt";
import type { Task } from "@boocode/shared/tasks/task";
import type { TaskDeps } from "./run/run-ports.ts";

/**
 * Replaces the text of a queued prompt. The journal records the prompt as accepted again, which replaces the item's text and keeps its
 * position.
 *
 * Faults: `task_not_found`, `task_not_queued`, `prompt_empty`, `prompt_too_large`.
 */
export async function editPrompt(deps: TaskDeps, taskId: TaskId, text: string): Promise<Task> {
  const at = deps.time.now();
  return deps.db.write("full", async (tx, announce) => {
    const queued = await findTask(tx, taskId);
    const decision = decideEditPrompt({ task: queued }, { taskId, text });
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    if (queued === null) throw new DomainError({ kind: "task_not_found", taskId });
    if (decision.kind === "unchanged") return queued;
    const { promptId, agent, model, mode, kind, chatId, sessionId } = queued;
    const body = { type: "prompt.accepted" as const, promptId, agent, model, mode, kind, text };
    await appendChatEvents(tx, announce, sessionId, [{ chatId, taskId, at, body }]);
    announce.changed("tasks", [taskId], sessionId);
    const edited = await updateTask(tx, taskId, { text });
    if (edited === null) throw new DomainError({ kind: "task_not_found", taskId });
    return edited;
  });
}
