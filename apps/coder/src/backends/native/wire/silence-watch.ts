/**
 * Calls `onSilence` if an awaited promise does not settle in time. It uses one timer for all waits and restarts it only when it fires,
 * because a fast model sends a thousand pieces a second.
 */
export class SilenceWatch {
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #since: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(limitMs: number, onSilence: () => void) {
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
  }

  /** Waits for a promise. Time between two waits does not count. */
  async during<T>(awaited: Promise<T>): Promise<T> {
    this.#since = performance.now();
    this.#timer ??= setTimeout(() => this.#look(), this.#limitMs);
    try {
      return await awaited;
    } finally {
      this.#since = null;
    }
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    this.#timer = null;
    if (this.#since === null) return;
    const leftMs = this.#limitMs - (performance.now() - this.#since);
    if (leftMs <= 0) this.#onSilence();
    else this.#timer = setTimeout(() => this.#look(), Math.ceil(leftMs));
  }
}
