import type { CommitListener } from "@boocode/db/announcements";
import type { SessionId } from "@boocode/shared/ids";
import type { WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

type Unsubscribe = () => void;

/**
 * Wakes subscribers when something was committed. Carries no events: who is woken reads the journal from its cursor.
 *
 * What a write changed is announced within it, and told here by the store; `changed` is called by hand only for what is not stored:
 * files on the disk, processes, what was measured.
 */
export class Feed implements CommitListener {
  readonly #bySession = new Map<SessionId, Set<() => void>>();
  readonly #workspace = new Set<(event: WorkspaceEvent) => void>();

  /** Called by the store, after the commit. */
  wake(sessionId: SessionId): void {
    for (const listener of this.#bySession.get(sessionId) ?? []) listener();
  }

  changed(event: Omit<WorkspaceEvent, "kind">): void {
    for (const listener of this.#workspace) listener({ kind: "changed", ...event });
  }

  onSession(sessionId: SessionId, listener: () => void): Unsubscribe {
    const listeners = this.#bySession.get(sessionId) ?? new Set();
    listeners.add(listener);
    this.#bySession.set(sessionId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#bySession.delete(sessionId);
    };
  }

  onWorkspace(listener: (event: WorkspaceEvent) => void): Unsubscribe {
    this.#workspace.add(listener);
    return () => this.#workspace.delete(listener);
  }
}
