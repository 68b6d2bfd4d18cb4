import type { PromptItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";

/**
 * Sorts items into reading order: each prompt directly before its agent's output.
 *
 * The journal has a prompt where it was accepted, which for a queued prompt is in the middle of the turn it waits for. Prompts whose
 * turn has not begun are left out. So are prompts removed before their turn began: only their end is kept, unless the prompt was brought
 * back or given to a turn. If nothing moves, the same array is returned.
 */
export function toReadingOrder(items: readonly TranscriptItem[], runningTaskId: TaskId | null): readonly TranscriptItem[] {
  if (isInOrder(items, runningTaskId)) return items;
  const prompts = new Map<TaskId | null, TranscriptItem>();
  /** Prompts that stand elsewhere by now: brought back as another one, or given to a turn. */
  const moved = new Set<TaskId | null>();
  for (const item of items) {
    if (item.kind === "steer") moved.add(item.from);
    if (item.kind !== "prompt") continue;
    prompts.set(item.taskId, item);
    if (item.again !== undefined) moved.add(item.again);
  }
  const ordered: TranscriptItem[] = [];
  for (const item of items) {
    if (item.kind === "prompt" || (isNeverBegun(item) && moved.has(item.taskId))) continue;
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

/** True for the end of a prompt that was removed while it waited. */
export function isNeverBegun(item: TranscriptItem): item is TurnEndItem {
  return item.kind === "turn_end" && item.state === "cancelled" && item.durationMs === null;
}

/** The accepted prompts whose turn has not begun, in order of acceptance. */
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
