import type { Time } from "../../../platform/time.ts";

/** A group of timers that is cancelled together. */
export class TurnTimers {
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #stops = new Set<() => void>();
  #isOver = false;

  constructor(time: Pick<Time, "after" | "elapsedMs">) {
    this.#time = time;
  }

  /** True once {@link end} was called. */
  get areOver(): boolean {
    return this.#isOver;
  }

  /** Runs `work` once, unless the returned function or {@link end} is called first. */
  after(delayMs: number, work: () => void): () => void {
    if (this.#isOver) return () => {};
    const stop = this.#time.after(delayMs, () => {
      this.#stops.delete(stop);
      if (!this.#isOver) work();
    });
    this.#stops.add(stop);
    return stop;
  }

  /** Cancels all timers and ignores later ones. */
  end(): void {
    this.#isOver = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }
}
