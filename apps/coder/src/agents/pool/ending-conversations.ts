import { pause, type Time } from "../../platform/time.ts";

/** How long a turn waits for the conversation before it to end. */
const LIMIT_MS = 10_000;

/** Conversations that are closing and no longer listed. */
export class EndingConversations {
  readonly #time: Pick<Time, "after">;
  /** With their ids; null once nothing waits for that one any more. */
  readonly #ending = new Map<Promise<void>, string | null>();
  readonly #unheard = new Set<Promise<void>>();

  constructor(time: Pick<Time, "after">) {
    this.#time = time;
  }

  /** Notes that a conversation closes, until `closing` is over, and returns that. `isUnheard`: it may never be, so a shutdown does not wait. */
  add(id: string, closing: Promise<void>, isUnheard = false): Promise<void> {
    const ending = closing.finally(() => {
      this.#ending.delete(ending);
      this.#unheard.delete(ending);
    });
    this.#ending.set(ending, id);
    if (isUnheard) this.#unheard.add(ending);
    return ending;
  }

  /** Returns whether a conversation is ending, and something may wait for it. */
  has(id: string): boolean {
    return [...this.#ending.values()].includes(id);
  }

  /**
   * Returns what to wait for before a conversation is opened again, because two processes must not work on the same context; null if it is
   * not ending. Resolves when it has ended, and after a while even if it has not.
   */
  find(id: string): Promise<unknown> | null {
    const ending = [...this.#ending].flatMap(([one, its]) => (its === id ? [one] : []));
    if (ending.length === 0) return null;
    const giveUp = () => {
      for (const one of ending) if (this.#ending.has(one)) this.#ending.set(one, null);
    };
    return Promise.race([Promise.all(ending), pause(this.#time, LIMIT_MS).then(giveUp)]);
  }

  /** Waits until all have ended that are sure to. */
  async settleAll(): Promise<void> {
    await Promise.all([...this.#ending.keys()].filter((ending) => !this.#unheard.has(ending)));
  }
}
