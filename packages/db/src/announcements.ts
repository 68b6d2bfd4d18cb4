import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionId } from "@boocode/shared/ids";
import type { Noun, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

/** Announces what a write changed. Listeners are told after the commit, in this order; a write that is rolled back announces nothing. */
export interface Announce {
  /** Announces that entries of a noun changed and must be reread. */
  changed(noun: Noun, ids: readonly string[], sessionId?: SessionId | null): void;
  /** Announces what a session's journal has grown by. `appendChatEvents` does this itself. */
  grown(sessionId: SessionId, appended: readonly ChatEvent[]): void;
}

/** Receives the announcements of committed writes. Must not throw, because the write is already committed. */
export interface CommitListener {
  /** Called when a session's journal has grown, with all that one commit has appended. */
  wake(sessionId: SessionId, committed: readonly ChatEvent[]): void;
  changed(event: Omit<WorkspaceEvent, "kind">): void;
}

/** Collects the announcements of one write until it is committed. Each journal is announced once, with all events together. */
export class Announcements implements Announce {
  readonly #grown = new Map<SessionId, ChatEvent[]>();
  readonly #changed: Omit<WorkspaceEvent, "kind">[] = [];

  changed(noun: Noun, ids: readonly string[], sessionId?: SessionId | null): void {
    this.#changed.push({ noun, ids: [...ids], ...(sessionId && { sessionId }) });
  }

  grown(sessionId: SessionId, appended: readonly ChatEvent[]): void {
    this.#grown.set(sessionId, [...(this.#grown.get(sessionId) ?? []), ...appended]);
  }

  /** Notifies the listener. Call it only after the commit. */
  tell(listener: CommitListener): void {
    for (const [sessionId, committed] of this.#grown) listener.wake(sessionId, committed);
    for (const event of this.#changed) listener.changed(event);
  }
}
