/** One sleeper's alarm. Setting it many times before the sleeper looks is the same as setting it once. */
export class Wake {
  readonly #signal: AbortSignal;
  #isSet = false;
  #resume: (() => void) | null = null;

  /** An aborted signal wakes, too, and keeps waking. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.set(), { once: true });
  }

  set(): void {
    this.#isSet = true;
    this.#resume?.();
  }

  /** Call before looking for work, so that work that comes while looking is not slept through. */
  clear(): void {
    this.#isSet = false;
  }

  /** Returns at once where the alarm was set since it was cleared. */
  async wait(): Promise<void> {
    if (this.#isSet || this.#signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#resume = null;
  }
}
