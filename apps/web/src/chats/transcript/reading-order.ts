import type { PromptItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";

/**
 * The items as a person reads them: each prompt directly before what its agent did.
 *
 * The journal keeps a prompt where it was accepted, which for a queued one is in the middle of the turn it waits for. Prompts whose
 * turn has not begun are left out, and so are those that were taken back before it did: only the end of those stands here. The same
 * array comes back where nothing moves.
 */
export function toReadingOrder(items: readonly TranscriptItem[], runningTaskId: TaskId | null): readonly TranscriptItem[] {
  if (isInOrder(items, runningTaskId)) return items;
  const prompts = new Map<TaskId | null, TranscriptItem>();
  for (const item of items) if (item.kind === "prompt") prompts.set(item.taskId, item);
  const ordered: TranscriptItem[] = [];
  for (const item of items) {
    if (item.kind === "prompt") continue;
    const prompt = prompts.get(item.taskId);
    prompts.delete(item.taskId);
    if (prompt && !isNeverBegun(item)) ordered.push(prompt);
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
    return next ? next.kind !== "prompt" && next.taskId === item.taskId && !isNeverBegun(next) : item.taskId === runningTaskId;
  });
}

/** The end of a prompt that was taken back while it waited. */
export function isNeverBegun(item: TranscriptItem): item is TurnEndItem {
  return item.kind === "turn_end" && item.state === "cancelled" && item.durationMs === null;
}

/** Prompts that were accepted and whose turn has not begun, in the order of their acceptance. */
export function findWaiting(items: readonly TranscriptItem[], runningTaskId: TaskId | null): readonly PromptItem[] {
  const begun = new Set<TaskId | null>([null, runningTaskId]);
  const waiting: PromptItem[] = [];
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (!item) continue;
    if (item.kind !== "prompt") begun.add(item.taskId);
    else if (!begun.has(item.taskId)) waiting.unshift(item);
  }
  return waiting;
}
