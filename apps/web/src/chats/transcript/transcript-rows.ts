import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
import type { SendAttempt } from "../composer/draft.ts";
import { isNeverBegun } from "./reading-order.ts";

/** One row of the transcript as it is drawn. */
export type TranscriptRow =
  | { kind: "item"; key: string; item: TranscriptItem; hasOutput: boolean }
  /** A prompt that was taken back before its turn began. */
  | { kind: "removed"; key: string; item: TranscriptItem; text: string }
  /** Sent, and not yet told of by the journal. */
  | { kind: "sending"; key: string; attempt: SendAttempt }
  /** Stands at the end while a turn runs or is about to. */
  | { kind: "working"; key: string };

export interface RowInput {
  /** In reading order. */
  items: readonly TranscriptItem[];
  /** All that the transcript has, in the journal's order. */
  all: readonly TranscriptItem[];
  /** A prompt that nothing stands before: its turn is about to begin. */
  next: PromptItem | null;
  sending: readonly SendAttempt[];
  runningTaskId: TaskId | null;
}

/** Rows in the order they are read. A row is a new object only where it differs from `previous`, so that it is drawn only then. */
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
  /** Rows came in front of what was first before: what is on screen stays where it is. */
  isPrepended: boolean;
}

/** The rows of one chat from moment to moment: what did not change keeps its identity. */
export class RowMemory {
  #rows: readonly TranscriptRow[] = [];

  next(input: RowInput): RowMoment {
    const before = this.#rows;
    this.#rows = toRows(input, before);
    const first = before[0]?.key;
    return { rows: this.#rows, isPrepended: first !== undefined && this.#rows.findIndex((row) => row.key === first) > 0 };
  }
}

/** A prompt goes by the id it was sent with: it is the same row before and after the journal tells of it. */
const keyOf = (item: TranscriptItem) => (item.kind === "prompt" ? item.promptId : item.key);

/** The prompt of a task, where its page is here. */
export function findPrompt(items: readonly TranscriptItem[], taskId: TaskId | null): PromptItem | undefined {
  return items.findLast((item): item is PromptItem => item.kind === "prompt" && item.taskId === taskId);
}

/** Whether the turn that ends at `at` did anything: something of its own but the prompt stands before. */
function hasOutputBefore(items: readonly TranscriptItem[], at: number): boolean {
  const { taskId } = items[at]!;
  for (let before = at - 1; before >= 0; before -= 1) {
    const item = items[before]!;
    if (item.taskId === taskId) return item.kind !== "prompt";
  }
  return true;
}
