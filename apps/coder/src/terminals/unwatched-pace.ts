import type { Time } from "../platform/time.ts";

/** With the window of a pseudoterminal, all of them together write at most 16 MB a second while nobody looks. */
const EVERY_MS = 16;

/**
 * Bounds what terminals write while no page keeps up with them: they take turns, one at a time, so that a program that writes without end
 * costs little.
 */
export class UnwatchedPace {
  readonly #time: Pick<Time, "after">;
  readonly #waiting: (() => void)[] = [];
  #stop: (() => void) | null = null;

  constructor(time: Pick<Time, "after">) {
    this.#time = time;
  }

  /** Calls `go` when it is this one's turn. */
  wait(go: () => void): void {
    this.#waiting.push(go);
    this.#stop ??= this.#time.after(EVERY_MS, () => this.#next());
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#waiting.length = 0;
  }

  #next(): void {
    this.#stop = null;
    const go = this.#waiting.shift();
    if (this.#waiting.length > 0) this.#stop = this.#time.after(EVERY_MS, () => this.#next());
    go?.();
  }
}
