const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/** The wait before attempt `attempt`, in milliseconds; `random` in [0, 1) spreads out tabs that lost the daemon at the same time. */
export function toBackOffMs(attempt: number, random: number): number {
  if (attempt <= 0) return 0;
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.8 + 0.4 * random));
}

/** Growing waits between attempts. `hurry` cuts the current one short. */
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

  /** Starts again from the shortest wait, after an attempt succeeded. */
  reset(): void {
    this.#attempt = 0;
  }

  /** Ends the current wait now, and starts again from the shortest one. */
  hurry(): void {
    this.#attempt = Math.min(this.#attempt, 1);
    this.#wake?.();
  }
}
