import type { Time } from "../../platform/time.ts";

export interface BackgroundLooksInput<T> {
  time: Pick<Time, "now">;
  /** How long a finding is good, in milliseconds. */
  freshMs: number;
  /** Ends early once the signal says so; what it answers then is dropped. Never rejects. */
  look(key: string, signal: AbortSignal): Promise<T>;
  /** Told when everything that was asked for has been looked at. */
  onDone(keys: readonly string[]): void;
}

/** Looks that take long, one after the other behind the caller's back, and what the last of each found. */
export class BackgroundLooks<T> {
  readonly #input: BackgroundLooksInput<T>;
  readonly #found = new Map<string, { value: T; at: number }>();
  readonly #closing = new AbortController();
  readonly #waiting = new Set<string>();
  #working: Promise<void> | null = null;

  constructor(input: BackgroundLooksInput<T>) {
    this.#input = input;
  }

  /** What was last found, null before the first look. Where that is old, another look is begun. */
  get(key: string): T | null {
    const known = this.#found.get(key);
    if (known === undefined || this.#input.time.now() - known.at > this.#input.freshMs) this.#ask(key);
    return known?.value ?? null;
  }

  /** Ends a look that is under way. */
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
      this.#found.set(key, { value, at: time.now() });
      this.#waiting.delete(key);
      done.push(key);
    }
    onDone(done);
  }
}
