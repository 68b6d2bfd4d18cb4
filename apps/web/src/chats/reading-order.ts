import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";

/**
 * The items as a person reads them: each prompt directly before what its agent did.
 *
 * The journal keeps a prompt where it was accepted, which for a queued one is in the middle of the turn it waits for. A
 * prompt whose turn has not begun is left out: it stands in the queue above the composer. The same array comes back
 * where nothing moves.
 */
export function toReadingOrder(items: readonly TranscriptItem[], runningTaskId: TaskId | null): readonly TranscriptItem[] {
  if (isInOrder(items, runningTaskId)) return items;
  const prompts = new Map<TaskId | null, TranscriptItem>();
  for (const item of items) if (item.kind === "prompt") prompts.set(item.taskId, item);
  const ordered: TranscriptItem[] = [];
  for (const item of items) {
    if (item.kind === "prompt") continue;
    const prompt = prompts.get(item.taskId);
    if (prompt) {
      ordered.push(prompt);
      prompts.delete(item.taskId);
    }
    ordered.push(item);
  }
  const running = prompts.get(runningTaskId);
  if (running && runningTaskId !== null) ordered.push(running);
  return ordered;
}

function isInOrder(items: readonly TranscriptItem[], runningTaskId: TaskId | null): boolean {
  return items.every((item, at) => {
    if (item.kind !== "prompt") return true;
    const next = items[at + 1];
    return next ? next.kind !== "prompt" && next.taskId === item.taskId : item.taskId === runningTaskId;
  });
}

/** Tasks whose prompt was accepted and whose turn has not begun, in the order of their acceptance. */
export function findWaiting(items: readonly TranscriptItem[], runningTaskId: TaskId | null): readonly TaskId[] {
  const begun = new Set<TaskId | null>();
  const waiting: TaskId[] = [];
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (!item) continue;
    if (item.kind !== "prompt") begun.add(item.taskId);
    else if (item.taskId !== null && item.taskId !== runningTaskId && !begun.has(item.taskId)) waiting.unshift(item.taskId);
  }
  return waiting;
}
