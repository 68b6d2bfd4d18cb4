import type { Time } from "../../platform/time.ts";

export interface BackgroundLooksInput<T> {
  time: Pick<Time, "elapsedMs">;
  /** How long a result stays fresh, in milliseconds. */
  freshMs: number;
  /** Must stop early when the signal is aborted; its result is then dropped. Never rejects. */
  look(key: string, signal: AbortSignal): Promise<T>;
  /** Called when all requested checks are done. */
  onDone(keys: readonly string[]): void;
}

/** Runs slow checks in the background, one after the other, and keeps the last result of each. */
export class BackgroundLooks<T> {
  readonly #input: BackgroundLooksInput<T>;
  readonly #found = new Map<string, { value: T; at: number }>();
  readonly #closing = new AbortController();
  readonly #waiting = new Set<string>();
  #working: Promise<void> | null = null;

  constructor(input: BackgroundLooksInput<T>) {
    this.#input = input;
  }

  /** Returns the last result, or null before the first check. Starts another check if the result is stale. */
  get(key: string): T | null {
    const known = this.#found.get(key);
    if (known === undefined || this.#input.time.elapsedMs() - known.at > this.#input.freshMs) this.#ask(key);
    return known?.value ?? null;
  }

  /** Aborts the check in progress. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.clear();
    await this.#working;
  }

  #ask(key: string): void {
    if (this.#closing.signal.aborted) return;
    this.#waiting.add(key);
    this.#working ??= this.#work().finally(() => (this.#working = null));
  }

  async #work(): Promise<void> {
    const { time, look, onDone } = this.#input;
    const done: string[] = [];
    for (const key of this.#waiting) {
      const value = await look(key, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      this.#found.set(key, { value, at: time.elapsedMs() });
      this.#waiting.delete(key);
      done.push(key);
    }
    onDone(done);
  }
}
