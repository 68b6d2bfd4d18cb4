import type { Session } from "@boocode/shared/sessions/session";

/** The mark of a session's row. */
export type SessionMark = "needs_you" | "running" | "failed" | "queued" | "unread" | "idle";

/** The mark for a session. `seenSeq` is the last event the person saw in this browser, or null if it is unknown. */
export function toSessionMark(session: Pick<Session, "status" | "attention" | "lastSeq">, seenSeq: number | null): SessionMark {
  if (session.attention === "needs_you") return "needs_you";
  if (session.status === "running") return "running";
  if (session.status === "queued") return "queued";
  if (session.attention === "failed") return "failed";
  if (session.attention === "done" || (seenSeq !== null && session.lastSeq > seenSeq)) return "unread";
  return "idle";
}

/** The marks in words, for screen readers and titles. */
export const MARK_WORDS: Readonly<Record<SessionMark, string>> = {
  needs_you: "needs you",
  running: "running",
  failed: "failed",
  queued: "waiting",
  unread: "done, not seen yet",
  idle: "idle",
};
