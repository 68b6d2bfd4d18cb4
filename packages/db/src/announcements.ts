import type { SessionId } from "@boocode/shared/ids";
import type { Noun, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

/** What a write says of itself. Told after its commit and in this order; a write that is rolled back tells nothing. */
export interface Announce {
  /** Something of a noun wants to be read again. */
  changed(noun: Noun, ids: readonly string[], sessionId?: SessionId | null): void;
  /** A session's journal has grown. `appendChatEvents` says so itself. */
  grown(sessionId: SessionId): void;
}

/** Who hears what was committed. Must not throw: the write that it is told of stands. */
export interface CommitListener {
  /** A session's journal has grown. */
  wake(sessionId: SessionId): void;
  changed(event: Omit<WorkspaceEvent, "kind">): void;
}

/** What one write announced, kept until it is committed. Each journal is named once. */
export class Announcements implements Announce {
  readonly #grown = new Set<SessionId>();
  readonly #changed: Omit<WorkspaceEvent, "kind">[] = [];

  changed(noun: Noun, ids: readonly string[], sessionId?: SessionId | null): void {
    this.#changed.push({ noun, ids: [...ids], ...(sessionId && { sessionId }) });
  }

  grown(sessionId: SessionId): void {
    this.#grown.add(sessionId);
  }

  /** Call it after the commit, never before. */
  tell(listener: CommitListener): void {
    for (const sessionId of this.#grown) listener.wake(sessionId);
    for (const event of this.#changed) listener.changed(event);
  }
}
