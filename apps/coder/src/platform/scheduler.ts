/** Runs something later. Comes in as an argument, so that a test says when "later" is. */
export interface Scheduler {
  /** Runs `work` once, `delayMs` from now, unless the returned function is called before. */
  after(delayMs: number, work: () => void): () => void;
}

/** A scheduler that also says how much time has passed. */
export interface TimedScheduler extends Scheduler {
  /** Milliseconds on a clock that never goes back, from some moment on. */
  elapsedMs(): number;
}

/** The machine's own timers. They do not keep the process alive. */
export const systemScheduler: TimedScheduler = {
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  elapsedMs: () => performance.now(),
};

/** Resolves `delayMs` from now. */
export function pause(scheduler: Scheduler, delayMs: number): Promise<void> {
  return new Promise((resolve) => scheduler.after(delayMs, resolve));
}
