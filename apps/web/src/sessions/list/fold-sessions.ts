import type { Session } from "@boocode/shared/sessions/session";
import { toSessionMark } from "./session-mark.ts";

/** The sessions of a project that are listed before "Show 12 more". */
const LISTED = 10;
/** Fewer are not worth a button. */
const MIN_FOLDED = 3;

/**
 * Divides a project's sessions, in their order, into those that are listed and the number of those that are folded: all but the first ones,
 * the open one, and those that run or have something to say.
 */
export function foldSessions(
  sessions: readonly Session[],
  openSessionId: string | null,
  seen: Readonly<Record<string, number>>,
): { listed: readonly Session[]; folded: number } {
  const listed = sessions.filter(
    (session, at) => at < LISTED || session.id === openSessionId || toSessionMark(session, seen[session.id] ?? null) !== "idle",
  );
  const folded = sessions.length - listed.length;
  return folded < MIN_FOLDED ? { listed: sessions, folded: 0 } : { listed, folded };
}
