import type { SessionId, TrashId } from "@boocode/shared/ids";
import { reportFailure } from "../../api/failures.ts";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { navigate } from "../../ui/browser/location.tsx";
import { toastNote } from "../../ui/toasts/toast.ts";
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

/** Brings back what was deleted, and shows it. */
export async function restoreDeleted(trashId: TrashId): Promise<void> {
  try {
    const { sessionId } = await trpcClient.trash.restore.mutate({ trashId });
    await queryClient.invalidateQueries(sessionsFilter());
    if (sessionId === null) return toastNote("The worktree is back");
    navigate(toSessionPath(sessionId));
    toastNote("The session is back");
  } catch (error) {
    reportFailure(error);
  } finally {
    void queryClient.invalidateQueries(trpc.trash.pathFilter());
  }
}
