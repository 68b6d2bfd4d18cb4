/** A wake-up signal for one waiter. Setting it several times before the waiter checks is the same as setting it once. */
export class Wake {
  readonly #signal: AbortSignal;
  #isSet = false;
  #resume: (() => void) | null = null;

  /** Aborting the signal also wakes the waiter, and keeps it awake. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.set(), { once: true });
  }

  set(): void {
    this.#isSet = true;
    this.#resume?.();
  }

  /** Clears the signal. Call it before looking for work, so that work that arrives meanwhile is not missed. */
  clear(): void {
    this.#isSet = false;
  }

  /** Waits for the signal; returns at once if it was set since it was cleared. */
  async wait(): Promise<void> {
    if (this.#isSet || this.#signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#resume = null;
  }
}
