import type { Queryable } from "@boocode/db/database";
import { listOpenPermissions } from "@boocode/db/stores/agents/permission-store";
import { readSessionFacts } from "@boocode/db/stores/sessions/session-facts-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { listDeletingSessions } from "@boocode/db/stores/sessions/trash-store";
import { deriveSession } from "@boocode/shared/sessions/derive-session";
import { TaskEndState } from "@boocode/shared/tasks/task";
import type { SessionId } from "@boocode/shared/ids";
import type { Session, SessionRecord } from "@boocode/shared/sessions/session";

/**
 * Builds the sessions the page shows: the stored fields, plus what follows from their tasks, chats, changes and worktree. `held`: those in
 * which a budget holds a prompt.
 */
export async function deriveSessions(db: Queryable, records: readonly SessionRecord[], held: ReadonlySet<SessionId>): Promise<Session[]> {
  const [open, permissions, deleting, facts] = await Promise.all([
    listOpenTasks(db).then((tasks) => Map.groupBy(tasks, (task) => task.sessionId)),
    listOpenPermissions(db).then((asked) => Map.groupBy(asked, (permission) => permission.sessionId)),
    listDeletingSessions(db),
    readSessionFacts(
      db,
      records.map(({ id }) => id),
    ),
  ]);
  return records.map((record): Session => {
    const { deletedAt: _, ...shown } = record;
    const {
      newestTask = null,
      lastPromptAt = null,
      agents = [],
      additions = 0,
      deletions = 0,
      worktree = null,
    } = facts.get(record.id) ?? {};
    // The task accepted last is not always the last to end, but then another task is still open.
    const tasks = [...(open.get(record.id) ?? []), ...(newestTask ? [newestTask] : [])];
    const openPermissions = permissions.get(record.id)?.length ?? 0;
    const isDeleting = deleting.has(record.id);
    const marks = deriveSession({ tasks, openPermissions, isHeld: held.has(record.id), seenAt: null });
    const lastEnd = TaskEndState.safeParse(newestTask?.state).data ?? null;
    return {
      ...shown,
      ...marks,
      lastEnd,
      lastPromptAt: lastPromptAt ?? record.createdAt,
      isDeleting,
      agents,
      additions,
      deletions,
      worktree,
    };
  });
}
