import type { AgentId } from "@boocode/shared/ids";

/** Agents whose programs are about to change, and those who want to know when an agent is used. */
export class AgentUse {
  readonly #held = new Map<AgentId, Promise<void>>();
  readonly #listeners = new Set<() => void>();

  /** Whether any agent is held. */
  get isAnyHeld(): boolean {
    return this.#held.size > 0;
  }

  /** Returns what a turn of the agent waits for; null if it need not. */
  findHold(agent: AgentId): Promise<void> | null {
    return this.#held.get(agent) ?? null;
  }

  /** Holds an agent until the returned function is called. */
  hold(agent: AgentId): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(agent, promise);
    this.note();
    return () => {
      this.#held.delete(agent);
      resolve();
    };
  }

  /** Calls `listener` whenever an agent begins to be used, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells that an agent begins to be used. */
  note(): void {
    for (const listener of this.#listeners) listener();
  }
}
