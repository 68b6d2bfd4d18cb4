import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
import type { SendAttempt } from "./draft.ts";

/** One row of the transcript as it is drawn. */
export type TranscriptRow =
  | { kind: "item"; key: string; item: TranscriptItem; hasOutput: boolean }
  /** Sent, and not yet told of by the journal. */
  | { kind: "sending"; key: string; attempt: SendAttempt }
  /** Stands at the end while a turn runs. */
  | { kind: "working"; key: string };

type RowInput = { items: readonly TranscriptItem[]; sending: readonly SendAttempt[]; runningTaskId: TaskId | null };

/** Rows in the order they are read. A row is a new object only where it differs from `previous`, so that it is drawn only then. */
export function toRows({ items, sending, runningTaskId }: RowInput, previous: readonly TranscriptRow[]): TranscriptRow[] {
  const rows: TranscriptRow[] = items.map((item, at) => {
    const before = previous[at];
    const hasOutput = item.kind === "turn_end" && hasOutputBefore(items, at);
    if (before?.kind === "item" && before.item === item && before.hasOutput === hasOutput) return before;
    return { kind: "item", key: item.key, item, hasOutput };
  });
  for (const attempt of sending) rows.push({ kind: "sending", key: `sending:${attempt.promptId}`, attempt });
  if (runningTaskId !== null) rows.push({ kind: "working", key: `working:${runningTaskId}` });
  return rows;
}

/** Whether the turn that ends at `at` did anything: anything but its prompt stands before it. */
function hasOutputBefore(items: readonly TranscriptItem[], at: number): boolean {
  const before = items[at - 1];
  return before !== undefined && before.kind !== "prompt" && before.kind !== "notice" && before.taskId === items[at]?.taskId;
}
