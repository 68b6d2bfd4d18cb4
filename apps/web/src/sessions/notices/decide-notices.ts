import type { Session } from "@boocode/shared/sessions/session";

/** What a person is told of a session while they look elsewhere. */
export interface Notice {
  sessionId: Session["id"];
  title: string;
  kind: "done" | "needs_you" | "failed";
  /** The same for the same moment, also in another tab. */
  tag: string;
}

export const NOTICE_WORDS: Readonly<Record<Notice["kind"], string>> = {
  done: "It is done.",
  needs_you: "It needs you.",
  failed: "It has failed.",
};

/**
 * What has happened between two lists of sessions: an agent asks, or the work has settled, so that nothing runs or waits any more. What the
 * person has stopped, archived or deleted is no news.
 */
export function decideNotices(before: readonly Session[], after: readonly Session[]): Notice[] {
  const known = new Map(before.map((session) => [session.id, session]));
  return after.flatMap((session): Notice[] => {
    const was = known.get(session.id);
    const kind = was && !session.archived && !session.isDeleting ? kindOf(was, session) : null;
    if (kind === null) return [];
    const { id, title, lastSeq } = session;
    return [{ sessionId: id, title, kind, tag: `boocode:${id}:${kind}:${kind === "needs_you" ? "" : lastSeq}` }];
  });
}

function kindOf(was: Session, is: Session): Notice["kind"] | null {
  if (is.attention === "needs_you") return was.attention === "needs_you" ? null : "needs_you";
  if (is.status !== "idle" || was.status === "idle") return null;
  if (is.attention === "failed") return "failed";
  return is.lastEnd === "completed" ? "done" : null;
}
