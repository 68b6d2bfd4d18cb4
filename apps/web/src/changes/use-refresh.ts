import type { SessionId } from "@boocode/shared/ids";
import { useEffect } from "react";
import { trpcClient } from "../api/trpc.ts";

/** Minimum time between two scans of the disk, in milliseconds, for people who switch windows often. */
const APART_MS = 1_500;

const lastLook = new Map<SessionId, number>();

/** Makes the daemon scan the disk for the person's changes when the panel opens and whenever the window regains focus. */
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

/** Makes the daemon scan the worktree. Results arrive as changes of the list; an unreadable worktree is reported by its own notice. */
export async function refreshChanges(sessionId: SessionId): Promise<void> {
  await trpcClient.pendingChanges.refresh.mutate({ sessionId }).catch(() => null);
}
