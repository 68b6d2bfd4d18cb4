import { listChats } from "@boocode/db/chat-store";
import type { Queryable } from "@boocode/db/database";
import { listPendingChanges } from "@boocode/db/pending-change-store";
import { listOpenPermissions } from "@boocode/db/permission-store";
import { listOpenTasks, listTasks } from "@boocode/db/task-store";
import { findLiveWorktree } from "@boocode/db/worktree-store";
import { deriveSession } from "@boocode/shared/sessions/derive-session";
import type { Session, SessionRecord } from "@boocode/shared/sessions/session";

/** The sessions as the page shows them: what is stored, with what follows from their tasks, chats, changes and worktree. */
export async function deriveSessions(db: Queryable, records: readonly SessionRecord[]): Promise<Session[]> {
  const open = Map.groupBy(await listOpenTasks(db), (task) => task.sessionId);
  const permissions = Map.groupBy(await listOpenPermissions(db), (permission) => permission.sessionId);
  return Promise.all(
    records.map(async (record): Promise<Session> => {
      const { deletedAt: _, ...shown } = record;
      const sessionId = record.id;
      // The newest by acceptance is not always the last to end, but then another one is still open.
      const newest = await listTasks(db, { sessionId, limit: 1 });
      const tasks = [...(open.get(sessionId) ?? []), ...newest];
      const openPermissions = permissions.get(sessionId)?.length ?? 0;
      const changes = (await listPendingChanges(db, sessionId)).filter(
        (change) => change.state === "pending" || change.state === "conflict",
      );
      const chats = await listChats(db, sessionId);
      const worktree = await findLiveWorktree(db, sessionId);
      return {
        ...shown,
        ...deriveSession({ tasks, openPermissions, seenAt: null }),
        agents: [...new Set(chats.filter((chat) => chat.closedAt === null).map((chat) => chat.agent))],
        additions: changes.reduce((sum, change) => sum + change.additions, 0),
        deletions: changes.reduce((sum, change) => sum + change.deletions, 0),
        worktree: worktree && {
          path: worktree.path,
          branch: worktree.branch,
          head: worktree.head,
          baseCommit: worktree.baseCommit,
          state: worktree.state,
        },
      };
    }),
  );
}
