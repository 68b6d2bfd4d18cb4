import type { SessionId, StashId, TrashId } from "@boocode/shared/ids";
import { reportFailure } from "../../api/faults/failures.ts";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { navigate } from "../../ui/browser/location.tsx";
import { dismissNote, toastNote } from "../../ui/toasts/toast.ts";
import { fromSessionPath, toSessionPath } from "../session-paths.ts";
import { readSessions, sessionsFilter } from "../use-sessions.ts";
import { chooseNext } from "./choose-next.ts";

/** Takes a deleted session off the list, and leaves its page for the session beside it. */
export function leaveDeleted(sessionId: SessionId): void {
  const sessions = readSessions() ?? [];
  if (fromSessionPath(location.pathname)?.sessionId === sessionId) {
    const next = chooseNext(sessions, sessionId);
    navigate(next === null ? "/" : toSessionPath(next), { replace: true });
  }
  queryClient.setQueriesData<typeof sessions>(sessionsFilter(), (before) => before?.filter(({ id }) => id !== sessionId));
}

/** Brings back what was deleted, and shows it; with `stashId`, also the files that were stashed just before. */
export async function restoreDeleted(trashId: TrashId, stashId: StashId | null = null): Promise<void> {
  try {
    const { sessionId } = await trpcClient.trash.restore.mutate({ trashId });
    dismissNote(trashId);
    await queryClient.invalidateQueries(sessionsFilter());
    if (sessionId === null) return toastNote("The worktree is back");
    navigate(toSessionPath(sessionId));
    if (stashId !== null) await trpcClient.worktreeRisk.applyStash.mutate({ stashId, sessionId });
    toastNote(stashId === null ? "The session is back" : "The session is back, with the files of its stash");
  } catch (error) {
    reportFailure(error);
  } finally {
    void queryClient.invalidateQueries(trpc.trash.pathFilter());
  }
}
