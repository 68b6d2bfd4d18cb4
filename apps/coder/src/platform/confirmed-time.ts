import type { Time } from "./time.ts";

/** How long the clock must have shown a time before it counts, in milliseconds. */
const HELD_MS = 50 * 60 * 1_000;

/** The clock, for what ends at a date: a time counts once this run of the daemon has seen it held, so a clock set wrong for a moment ends nothing. */
export class ConfirmedTime {
  readonly #time: Pick<Time, "now" | "elapsedMs">;
  #look: { now: number; elapsedMs: number } | null = null;
  #confirmed = Number.NEGATIVE_INFINITY;

  constructor(time: Pick<Time, "now" | "elapsedMs">) {
    this.#time = time;
  }

  /**
   * Looks at the clock, and returns the latest time, in milliseconds since the epoch, that it had reached at an earlier look, 50 minutes ago or
   * more by a clock that nobody sets, and has not fallen behind since. Minus infinity until there is one.
   */
  look(): number {
    const [now, elapsedMs] = [this.#time.now(), this.#time.elapsedMs()];
    if (now < this.#confirmed) this.#confirmed = Number.NEGATIVE_INFINITY;
    if (this.#look === null || now < this.#look.now) this.#look = { now, elapsedMs };
    else if (elapsedMs - this.#look.elapsedMs >= HELD_MS) {
      this.#confirmed = this.#look.now;
      this.#look = { now, elapsedMs };
    }
    return this.#confirmed;
  }
}
