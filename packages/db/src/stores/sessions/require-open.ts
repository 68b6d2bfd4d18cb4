import type { Queryable } from "../../database.ts";
import { requireSession } from "./require-session.ts";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";

/** Requires that a session is open for work by the person: terminals, saved files. Faults: `session_not_found`, `session_deleting`, `session_archived`. */
export async function requireOpen(db: Queryable, sessionId: SessionId): Promise<void> {
  const { archived } = await requireSession(db, sessionId);
  if (archived) throw new DomainError({ kind: "session_archived", sessionId });
}
