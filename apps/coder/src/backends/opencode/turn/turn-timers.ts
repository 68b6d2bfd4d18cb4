import type { TimedScheduler } from "../../../platform/scheduler.ts";

/** Timers that end together. */
export class TurnTimers {
  readonly #scheduler: TimedScheduler;
  readonly #stops = new Set<() => void>();
  #isOver = false;

  constructor(scheduler: TimedScheduler) {
    this.#scheduler = scheduler;
  }

  /** Runs `work` once, unless what it returns or {@link end} is called before. */
  after(delayMs: number, work: () => void): () => void {
    if (this.#isOver) return () => {};
    const stop = this.#scheduler.after(delayMs, () => {
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
