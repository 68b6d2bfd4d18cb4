import { AsyncLocalStorage } from "node:async_hooks";
import { KeyedMutex } from "./keyed-mutex.ts";

type LockName = `project:${string}` | `worktree:${string}`;

interface Held {
  name: LockName;
  isReleased: boolean;
}

/**
 * Keeps two jobs from using the same files: one lock per project checkout and one per worktree. Jobs run in request order, and a failed job
 * releases its lock to the next one.
 *
 * A job that needs both locks takes the project's first, to prevent a deadlock. A job that asks in the other order, or asks again for a
 * lock it holds, gets an error at once: that is a programming error, and waiting would never end.
 */
export class Locks {
  readonly #mutex = new KeyedMutex<LockName>();
  readonly #held = new AsyncLocalStorage<readonly Held[]>();

  /** Runs `work` while no other job writes to a project's own checkout. */
  project<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    return this.#run(`project:${projectId}`, work);
  }

  /**
   * Runs `work` while no other job creates, uses, compares or repairs a session's worktree. The key is the session, because the lock is
   * taken before the worktree exists; if the session is gone, the key is the worktree.
   */
  worktree<T>({ sessionId, id }: { sessionId: string | null; id?: string }, work: () => Promise<T>): Promise<T> {
    return this.#run(`worktree:${sessionId ?? id ?? ""}`, work);
  }

  async #run<T>(name: LockName, work: () => Promise<T>): Promise<T> {
    const holding = (this.#held.getStore() ?? []).filter(({ isReleased }) => !isReleased);
    const before = holding.find((held) => held.name === name || !isBefore(held.name, name));
    if (before)
      throw new Error(
        `Lock ${name} was requested while holding ${before.name}: take a project's lock before a worktree's, and each lock once`,
      );
    return this.#mutex.run(name, async () => {
      const held: Held = { name, isReleased: false };
      try {
        return await this.#held.run([...holding, held], work);
      } finally {
        held.isReleased = true;
      }
    });
  }
}

const isBefore = (held: LockName, wanted: LockName) => held.startsWith("project:") && wanted.startsWith("worktree:");
