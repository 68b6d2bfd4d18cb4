import type { SessionId } from "@boocode/shared/ids";
import type { Noun, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

/** Announces what a write changed. Listeners are told after the commit, in this order; a write that is rolled back announces nothing. */
export interface Announce {
  /** Announces that entries of a noun changed and must be reread. */
  changed(noun: Noun, ids: readonly string[], sessionId?: SessionId | null): void;
  /** Announces that a session's journal has grown. `appendChatEvents` does this itself. */
  grown(sessionId: SessionId): void;
}

/** Receives the announcements of committed writes. Must not throw, because the write is already committed. */
export interface CommitListener {
  /** Called when a session's journal has grown. */
  wake(sessionId: SessionId): void;
  changed(event: Omit<WorkspaceEvent, "kind">): void;
}

/** Collects the announcements of one write until it is committed. Each journal is announced once. */
export class Announcements implements Announce {
  readonly #grown = new Set<SessionId>();
  readonly #changed: Omit<WorkspaceEvent, "kind">[] = [];

  changed(noun: Noun, ids: readonly string[], sessionId?: SessionId | null): void {
    this.#changed.push({ noun, ids: [...ids], ...(sessionId && { sessionId }) });
  }

  grown(sessionId: SessionId): void {
    this.#grown.add(sessionId);
  }

  /** Notifies the listener. Call it only after the commit. */
  tell(listener: CommitListener): void {
    for (const sessionId of this.#grown) listener.wake(sessionId);
    for (const event of this.#changed) listener.changed(event);
  }
}
