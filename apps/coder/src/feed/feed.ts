import type { CommitListener } from "@boocode/db/announcements";
import type { SessionId } from "@boocode/shared/ids";
import type { WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

const KEPT_CHANGES = 500;

type Unsubscribe = () => void;

/**
 * Wakes subscribers after a commit. Carries no events: a subscriber reads the journal from its cursor.
 *
 * Writes announce their changes, and the store delivers them here. `changed` is called directly only for what is not stored: files on disk,
 * processes, measurements.
 */
export class Feed implements CommitListener {
  /** Identifies this run of the daemon: a place from another run is meaningless. */
  readonly #run = crypto.randomUUID();
  /** The most recent changes, for a reader that briefly lost its connection. */
  readonly #recent: WorkspaceEvent[] = [];
  #count = 0;
  readonly #bySession = new Map<SessionId, Set<() => void>>();
  readonly #workspace = new Set<(event: WorkspaceEvent) => void>();

  /** Called by the store after a commit. */
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

  /** The current place of the feed: anything read from now on includes all changes up to it. */
  get place(): string {
    return `${this.#run}.${this.#count}`;
  }

  /** Returns the changes after a place, or null if the place is no longer known. */
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
