import type { Database } from "@boocode/db/database";
import { findLayout, putLayout } from "@boocode/db/stores/sessions/layout-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import { decideSaveLayout, type SaveLayoutInput, type StoredLayout } from "@boocode/shared/panes/decide-save-layout";

/** The layouts of sessions: where their tabs stand, for every browser. Faults: `session_not_found`, `session_deleting`. */
export class Layouts {
  readonly #db: Database;

  constructor({ db }: { db: Database }) {
    this.#db = db;
  }

  /** Returns a session's layout; null if none is stored. */
  async find(sessionId: SessionId): Promise<StoredLayout> {
    const session = await findSession(this.#db.read, sessionId);
    if (session === null || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    return findLayout(this.#db.read, sessionId);
  }

  /** Stores a layout, merged with one that another page has stored meanwhile. Returns what is stored then. */
  save({ sessionId, ...input }: SaveLayoutInput): Promise<StoredLayout> {
    return this.#db.write("normal", async (tx, announce) => {
      await requireSession(tx, sessionId);
      const stored = await findLayout(tx, sessionId);
      const layout = decideSaveLayout(stored, input);
      if (layout === null) return stored;
      const revision = await putLayout(tx, sessionId, layout);
      announce.changed("layouts", [sessionId], sessionId);
      return { revision, layout };
    });
  }
}
