import type { CommitListener } from "@boocode/db/announcements";
import type { SessionId } from "@boocode/shared/ids";
import type { WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

const KEPT_CHANGES = 500;

type Unsubscribe = () => void;

/**
 * Wakes subscribers when something was committed. Carries no events: who is woken reads the journal from its cursor.
 *
 * What a write changed is announced within it, and told here by the store; `changed` is called by hand only for what is not stored:
 * files on the disk, processes, what was measured.
 */
export class Feed implements CommitListener {
  /** Of this run of the daemon: a place of another says nothing here. */
  readonly #run = crypto.randomUUID();
  /** The newest changes, for a reader that was away for a moment. */
  readonly #recent: WorkspaceEvent[] = [];
  #count = 0;
  readonly #bySession = new Map<SessionId, Set<() => void>>();
  readonly #workspace = new Set<(event: WorkspaceEvent) => void>();

  /** Called by the store, after the commit. */
  wake(sessionId: SessionId): void {
    for (const listener of this.#bySession.get(sessionId) ?? []) listener();
  }

  changed(event: Omit<WorkspaceEvent, "kind">): void {
    const change: WorkspaceEvent = { kind: "changed", ...event };
    this.#count++;
    this.#recent.push(change);
    if (this.#recent.length > KEPT_CHANGES) this.#recent.shift();
    for (const listener of this.#workspace) listener(change);
  }

  /** How far changes have been told: what is read from now on has all that was told until here. */
  get place(): string {
    return `${this.#run}.${this.#count}`;
  }

  /** What changed after a place; null where that is not known any more. */
  since(place: string): readonly WorkspaceEvent[] | null {
    const [run, count] = place.split(".");
    const missed = this.#count - Number(count);
    if (run !== this.#run || !(missed >= 0 && missed <= this.#recent.length)) return null;
    return this.#recent.slice(this.#recent.length - missed);
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
