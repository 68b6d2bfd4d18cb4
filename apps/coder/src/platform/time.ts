/** The one source of time: what it is, how much has passed, and later. Comes in as an argument, so that a test holds it. */
export interface Time {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never goes back, from some moment on. */
  elapsedMs(): number;
  /** Runs `work` once, `delayMs` from now, unless the returned function is called before. */
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
