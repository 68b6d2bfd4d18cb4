import type { Time } from "../src/platform/time.ts";

/** Above this, a test says when time has passed; at or below, the next turn of the loop does. */
const SOON_MS = 100;
/** Milliseconds since the epoch at which it begins. */
const START_AT = 1_800_000_000_000;

/**
 * Time that passes when a test says so. Short waits, for company in a batch, end by themselves in the next turn of the loop. No two
 * looks at the clock give the same moment.
 */
export class ManualTime implements Time {
  #now = 0;
  #looks = 0;
  #jumped = 0;
  #timers: { at: number; work: () => void }[] = [];

  now(): number {
    return START_AT + this.#now + this.#jumped + ++this.#looks;
  }

  after(delayMs: number, work: () => void): () => void {
    if (delayMs <= SOON_MS) {
      const soon = setImmediate(work);
      return () => clearImmediate(soon);
    }
    const timer = { at: this.#now + delayMs, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  elapsedMs(): number {
    return this.#now;
  }

  /** Delays of the timers that are set, from now, shortest first. */
  get pending(): number[] {
    return this.#timers.map(({ at }) => at - this.#now).toSorted((a, b) => a - b);
  }

  /** Waits for `result`, and lets every wait of at most `shortMs` pass meanwhile. */
  async passShort<T>(shortMs: number, result: Promise<T>): Promise<T> {
    let isOver = false;
    const end = () => void (isOver = true);
    void result.then(end, end);
    while (!isOver) {
      const next = this.pending[0] ?? Infinity;
      if (next <= shortMs) this.advance(next);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return result;
  }

  /** Sets the clock, as a person or a time server does: no time passes. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  /** Lets time pass, running what is due in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.work();
    }
    this.#now = end;
  }
}
