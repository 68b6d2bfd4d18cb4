import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { SessionRecord } from "@boocode/shared/sessions/session";
import type { Queryable } from "../../database.ts";
import { findSession } from "./session-store.ts";
import { findTrashOfSession } from "./trash-store.ts";

/**
 * Returns a session that takes work. In the transaction that stores the work, this and a deletion exclude each other. Faults:
 * `session_not_found`; `session_deleting` from the beginning of its deletion to its end.
 */
export async function requireSession(db: Queryable, sessionId: SessionId): Promise<SessionRecord> {
  const session = await findSession(db, sessionId);
  if (session === null || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
  if ((await findTrashOfSession(db, sessionId)) !== null) throw new DomainError({ kind: "session_deleting", sessionId });
  return session;
}
