/** The only source of time: the clock, a monotonic clock and timers. It is injected, so that a test can control it. */
export interface Time {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a monotonic clock with an arbitrary start. */
  elapsedMs(): number;
  /** Runs `work` once after `delayMs`, unless the returned function is called first. */
  after(delayMs: number, work: () => void): () => void;
}

/** The machine's own clocks and timers. The timers do not keep the process alive. */
export const systemTime: Time = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves `delayMs` from now. */
export function pause(time: Pick<Time, "after">, delayMs: number): Promise<void> {
  return new Promise((resolve) => time.after(delayMs, resolve));
}
