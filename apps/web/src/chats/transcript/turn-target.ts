import type { ChatId, TaskId } from "@boocode/shared/ids";

/** A turn that the person wants to see, or one item of it. */
export interface TurnTarget {
  chatId: ChatId;
  taskId: TaskId;
  itemKey?: string;
}

let target: TurnTarget | null = null;
const listeners = new Set<() => void>();

/** The turn to show next, kept until its chat has shown it, because the chat may not be rendered yet. */
export const turnTarget = {
  get: (): TurnTarget | null => target,
  set(next: TurnTarget | null): void {
    target = next;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
