import type { SessionId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";

let asked: SessionId | null = null;
const listeners = new Set<() => void>();

function set(sessionId: SessionId | null): void {
  asked = sessionId;
  for (const listener of listeners) listener();
}

/** Shows git in the details of a session, wherever on the page it is asked for. */
export const askForGit = (sessionId: SessionId): void => set(sessionId);
/** Says that git is shown. */
export const answerGit = (): void => set(null);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether git of this session is asked for and not shown yet. */
export const useGitAsked = (sessionId: SessionId): boolean => useSyncExternalStore(subscribe, () => asked === sessionId);
