import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";

interface Waiting<Open> {
  /** The prompt that is next to run, which is already shown in the transcript. */
  next: PromptItem | null;
  /** The prompts in the queue above the composer, in order. */
  queued: readonly Open[];
  /** True if another prompt would have to wait. */
  goesToQueue: boolean;
}

interface OpenTaskLike {
  id: TaskId;
  state: string;
  acceptedSeq: number;
}

/**
 * Separates the prompts that wait from the one whose turn is about to begin. `open` are the session's open tasks known so
 * far: the transcript may be ahead of them, and they include other chats.
 */
export function splitWaiting<Open extends OpenTaskLike>(
  snapshot: { waiting: readonly PromptItem[]; transcript: { items: readonly TranscriptItem[]; runningTaskId: TaskId | null } },
  open: readonly Open[],
): Waiting<Open> {
  const { waiting, transcript } = snapshot;
  const first = waiting[0];
  const ended = new Set(transcript.items.map((item) => (item.kind === "turn_end" ? item.taskId : null)));
  const others = open.filter((task) => task.id !== first?.taskId && !ended.has(task.id));
  const isFree =
    transcript.runningTaskId === null && !others.some((task) => task.state === "running" || (first && task.acceptedSeq < first.firstSeq));
  const next = first && isFree ? first : null;
  const ids = new Set(waiting.map((prompt) => prompt.taskId));
  return {
    next,
    queued: open.filter((task) => task.state === "queued" && ids.has(task.id) && task.id !== next?.taskId),
    goesToQueue: transcript.runningTaskId !== null || waiting.length > 0 || others.length > 0,
  };
}
