import type { SessionId } from "@boocode/shared/ids";
import { useEffect } from "react";
import { trpcClient } from "../api/trpc.ts";

/** Between two looks at the disk, in milliseconds: coming and going between windows is no reason for more. */
const APART_MS = 1_500;

const lastLook = new Map<SessionId, number>();

/** Has the daemon look for what the person changed on disk: when the panel opens, and whenever they come back to this window. */
export function useRefresh(sessionId: SessionId): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "hidden") return;
      const now = performance.now();
      if (now - (lastLook.get(sessionId) ?? -Infinity) < APART_MS) return;
      lastLook.set(sessionId, now);
      void refreshChanges(sessionId);
    };
    look();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [sessionId]);
}

/** What was found comes as a change of the list. A worktree that cannot be looked at is told of where worktrees are shown. */
export async function refreshChanges(sessionId: SessionId): Promise<void> {
  await trpcClient.pendingChanges.refresh.mutate({ sessionId }).catch(() => null);
}
