import type { Session } from "@boocode/shared/sessions/session";
import { useEffect } from "react";
import { toSessionMark } from "../sessions/list/session-mark.ts";

/** The page title: the number of sessions that need attention, the open session, and "BooCode". */
export function toPageTitle(sessions: readonly Session[], seen: Readonly<Record<string, number>>, openSessionId: string | null): string {
  const waiting = sessions.filter((session) => {
    if (session.archived) return false;
    const mark = toSessionMark(session, seen[session.id] ?? null);
    return mark === "needs_you" || mark === "unread";
  }).length;
  const open = sessions.find((session) => session.id === openSessionId);
  return `${waiting > 0 ? `(${waiting}) ` : ""}${open ? `${open.title} · ` : ""}BooCode`;
}

/** Sets the document's title. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}
