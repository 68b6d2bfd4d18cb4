const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/** How long to wait before attempt `attempt`, in milliseconds; `random` in [0, 1) spreads tabs that lost the daemon together. */
export function toBackOffMs(attempt: number, random: number): number {
  if (attempt <= 0) return 0;
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.8 + 0.4 * random));
}

/** Waits between attempts that grow, and that anything hopeful can cut short. */
export class BackOff {
  #attempt = 0;
  #wake: (() => void) | null = null;

  /** Resolves when the next attempt is due. */
  async wait(): Promise<void> {
    const delayMs = toBackOffMs(this.#attempt++, Math.random());
    if (delayMs === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  /** An attempt has worked: the next loss starts from the shortest wait. */
  reset(): void {
    this.#attempt = 0;
  }

  /** Makes a wait that is under way end now, and the following ones short again. */
  hurry(): void {
    this.#attempt = Math.min(this.#attempt, 1);
    this.#wake?.();
  }
}
