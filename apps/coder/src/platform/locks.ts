import { AsyncLocalStorage } from "node:async_hooks";
import { KeyedMutex } from "./keyed-mutex.ts";

type LockName = `project:${string}` | `worktree:${string}`;

interface Held {
  name: LockName;
  isReleased: boolean;
}

/**
 * What keeps two works from the same files: a lock for each project's own checkout, and one for each worktree, handed to whoever needs
 * them. In the order asked; a work that fails lets the next one begin.
 *
 * Whoever needs both takes the project's first, or two could wait for each other for ever. A work that asks otherwise, or asks again for
 * what it holds, is refused at once with an error: that is a mistake in the program, and no wait would end it.
 */
export class Locks {
  readonly #mutex = new KeyedMutex<LockName>();
  readonly #held = new AsyncLocalStorage<readonly Held[]>();

  /** Runs something while nobody else writes in a project's own checkout. */
  project<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    return this.#run(`project:${projectId}`, work);
  }

  /**
   * Runs something while nobody else makes, holds, compares or repairs a session's worktree. By its session, since it is locked before it
   * is there; by itself where its session is gone.
   */
  worktree<T>({ sessionId, id }: { sessionId: string | null; id?: string }, work: () => Promise<T>): Promise<T> {
    return this.#run(`worktree:${sessionId ?? id ?? ""}`, work);
  }

  async #run<T>(name: LockName, work: () => Promise<T>): Promise<T> {
    const holding = (this.#held.getStore() ?? []).filter(({ isReleased }) => !isReleased);
    const before = holding.find((held) => held.name === name || !isBefore(held.name, name));
    if (before)
      throw new Error(`The lock ${name} is asked for by who holds ${before.name}: a project's comes before a worktree's, each once`);
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
