import { TaskId } from "@boocode/shared/ids";

/** The end of an address that shows a turn of the chat. */
export function toTurnFragment(taskId: TaskId): string {
  return `#turn-${taskId}`;
}

/** Returns the turn that an address shows; null if it names none. */
export function fromTurnFragment(fragment: string): TaskId | null {
  return fragment.startsWith("#turn-") ? (TaskId.safeParse(fragment.slice("#turn-".length)).data ?? null) : null;
}
