import type { SessionId } from "@boocode/shared/ids";
import type { Session } from "@boocode/shared/sessions/session";

type Listed = Pick<Session, "id" | "projectId" | "archived">;

/**
 * The session to show after one has been deleted: the one below it in its project's list, or else the one above, or else the newest of
 * another project. Null if there is none. `sessions` is in the order of the lists and still holds the deleted one.
 */
export function chooseNext(sessions: readonly Listed[], deleted: SessionId): SessionId | null {
  const gone = sessions.find(({ id }) => id === deleted);
  const own = sessions.filter(({ id, projectId, archived }) => projectId === gone?.projectId && (!archived || id === deleted));
  const at = own.findIndex(({ id }) => id === deleted);
  const near = at === -1 ? undefined : (own[at + 1] ?? own[at - 1]);
  return (near ?? sessions.find(({ id, archived }) => id !== deleted && !archived))?.id ?? null;
}
