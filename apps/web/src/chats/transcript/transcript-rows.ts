import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
import type { SendAttempt } from "../composer/draft.ts";
import { isNeverBegun } from "./reading-order.ts";

/** One drawn row of the transcript. */
export type TranscriptRow =
  | { kind: "item"; key: string; item: TranscriptItem; hasOutput: boolean }
  /** A prompt that was removed before its turn began. */
  | { kind: "removed"; key: string; item: TranscriptItem; text: string }
  /** A sent prompt that is not in the journal yet. */
  | { kind: "sending"; key: string; attempt: SendAttempt }
  /** The last row while a turn runs or is about to begin. */
  | { kind: "working"; key: string };

export interface RowInput {
  /** The items in reading order. */
  items: readonly TranscriptItem[];
  /** All items of the transcript, in the journal's order. */
  all: readonly TranscriptItem[];
  /** The prompt whose turn is about to begin. */
  next: PromptItem | null;
  sending: readonly SendAttempt[];
  runningTaskId: TaskId | null;
}

/** Builds the rows in reading order. Unchanged rows reuse the objects of `previous`, so that only changed rows are drawn again. */
export function toRows({ items, all, next, sending, runningTaskId }: RowInput, previous: readonly TranscriptRow[]): TranscriptRow[] {
  const rows: TranscriptRow[] = items.map((item, at) => {
    const before = previous[at];
    const hasOutput = item.kind === "turn_end" && hasOutputBefore(items, at);
    if (
      before &&
      (before.kind === "item" ? before.item === item && before.hasOutput === hasOutput : before.kind === "removed" && before.item === item)
    )
      return before;
    if (isNeverBegun(item)) return { kind: "removed", key: item.key, item, text: findPrompt(all, item.taskId)?.text ?? "" };
    return { kind: "item", key: keyOf(item), item, hasOutput };
  });
  if (next) rows.push({ kind: "item", key: keyOf(next), item: next, hasOutput: false });
  for (const attempt of sending) rows.push({ kind: "sending", key: attempt.promptId, attempt });
  if (runningTaskId !== null || next) rows.push({ kind: "working", key: "working" });
  return rows;
}

export interface RowMoment {
  rows: readonly TranscriptRow[];
  /** True if rows were prepended, so the view keeps its position. */
  isPrepended: boolean;
}

/** Keeps the last rows of one chat, so that unchanged rows keep their identity. */
export class RowMemory {
  #rows: readonly TranscriptRow[] = [];

  next(input: RowInput): RowMoment {
    const before = this.#rows;
    this.#rows = toRows(input, before);
    const first = before[0]?.key;
    return { rows: this.#rows, isPrepended: first !== undefined && this.#rows.findIndex((row) => row.key === first) > 0 };
  }
}

/** A prompt is keyed by its prompt id, so that it is the same row before and after it enters the journal. */
const keyOf = (item: TranscriptItem) => (item.kind === "prompt" ? item.promptId : item.key);

/** The prompt of a task, if its page is loaded. */
export function findPrompt(items: readonly TranscriptItem[], taskId: TaskId | null): PromptItem | undefined {
  return items.findLast((item): item is PromptItem => item.kind === "prompt" && item.taskId === taskId);
}

/** Whether the turn that ends at `at` has any items besides its prompt. */
function hasOutputBefore(items: readonly TranscriptItem[], at: number): boolean {
  const { taskId } = items[at]!;
  for (let before = at - 1; before >= 0; before -= 1) {
    const item = items[before]!;
    if (item.taskId === taskId) return item.kind !== "prompt";
  }
  return true;
}
