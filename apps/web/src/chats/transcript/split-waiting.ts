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
  position: number;
  /** Set while it waits for its time. */
  waitsUntil: number | null;
  /** Set while a budget holds it. */
  overBudget: object | null;
  /** The task directly ahead of it. */
  waitsFor: { taskId: TaskId } | null;
  /** Set while it is being prepared. */
  step: string | null;
}

/** Returns which tasks others may pass: those that wait for a time or a budget, and those of a line behind such a one. */
function findHeld(open: readonly OpenTaskLike[]): ReadonlySet<TaskId> {
  const held = new Set<TaskId>();
  for (const { id, waitsUntil, overBudget, waitsFor } of open) {
    if (waitsUntil !== null || overBudget !== null || (waitsFor !== null && held.has(waitsFor.taskId))) held.add(id);
  }
  return held;
}

/**
 * Separates the prompts that wait from the one whose turn is about to begin. `open` are the session's open tasks known so
 * far, in the order of the queue: the transcript may be ahead of them, and they include other chats.
 */
export function splitWaiting<Open extends OpenTaskLike>(
  snapshot: { waiting: readonly PromptItem[]; transcript: { items: readonly TranscriptItem[]; runningTaskId: TaskId | null } },
  open: readonly Open[],
): Waiting<Open> {
  const { waiting, transcript } = snapshot;
  const known = new Map(open.map((task) => [task.id, task]));
  const held = findHeld(open);
  const taskOf = ({ taskId }: PromptItem) => (taskId === null ? undefined : known.get(taskId));
  const positionOf = (prompt: PromptItem) => taskOf(prompt)?.position ?? prompt.firstSeq;
  const inTurn = waiting
    .filter((prompt) => prompt.taskId === null || !held.has(prompt.taskId))
    .toSorted((a, b) => positionOf(a) - positionOf(b));
  const prepared = inTurn.find((prompt) => taskOf(prompt)?.step != null);
  const first = prepared ?? inTurn[0];
  const ended = new Set(transcript.items.map((item) => (item.kind === "turn_end" ? item.taskId : null)));
  const others = open.filter((task) => task.id !== first?.taskId && !ended.has(task.id) && !held.has(task.id));
  const isFree =
    transcript.runningTaskId === null &&
    !others.some((task) => task.state === "running" || task.step !== null || (first && !prepared && task.position < positionOf(first)));
  const next = first && isFree ? first : null;
  const ids = new Set(waiting.map((prompt) => prompt.taskId));
  return {
    next,
    queued: open.filter((task) => task.state === "queued" && ids.has(task.id) && task.id !== next?.taskId),
    goesToQueue:
      transcript.runningTaskId !== null || inTurn.length > 0 || others.length > 0 || open.some((task) => task.overBudget !== null),
  };
}
