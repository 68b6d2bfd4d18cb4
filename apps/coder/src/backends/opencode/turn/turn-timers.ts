import type { Time } from "../../../platform/time.ts";

/** Timers that end together. */
export class TurnTimers {
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #stops = new Set<() => void>();
  #isOver = false;

  constructor(time: Pick<Time, "after" | "elapsedMs">) {
    this.#time = time;
  }

  /** Runs `work` once, unless what it returns or {@link end} is called before. */
  after(delayMs: number, work: () => void): () => void {
    if (this.#isOver) return () => {};
    const stop = this.#time.after(delayMs, () => {
      this.#stops.delete(stop);
      if (!this.#isOver) work();
    });
    this.#stops.add(stop);
    return stop;
  }

  /** Nothing runs any more, whatever is asked for later. */
  end(): void {
    this.#isOver = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }
}
