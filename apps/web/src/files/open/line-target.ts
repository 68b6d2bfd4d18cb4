import type { SessionId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";

/** A place in a file that is to be shown. */
export interface LineTarget {
  sessionId: SessionId;
  path: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

let target: LineTarget | null = null;
const listeners = new Set<() => void>();

/** Asks the editor of a file to show a place, now or once it is open. */
export function setLineTarget(next: LineTarget): void {
  target = next;
  for (const listener of listeners) listener();
}

/** The place of a file that is to be shown, or null. */
export function useLineTarget(sessionId: SessionId, path: string): LineTarget | null {
  const found = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => target,
  );
  return found?.sessionId === sessionId && found.path === path ? found : null;
}
