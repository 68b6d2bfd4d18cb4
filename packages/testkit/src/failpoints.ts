/** Counts the named failpoints that work passes, and crashes the process at one of them. Pass {@link pass} to the work as its failpoint. */
export class Failpoints {
  /** Names of the failpoints passed since {@link arm}, in order. */
  passed: string[] = [];
  #crashAt: number | null = null;
  #isArmed = false;
  readonly #crash: (name: string) => void;

  /** `crash` is called at the failpoint; by default it kills the process immediately. */
  constructor(crash: (name: string) => void = () => process.kill(process.pid, "SIGKILL")) {
    this.#crash = crash;
  }

  /** Starts counting, and crashes at failpoint `crashAt`, counted from 0; null only counts. */
  arm(crashAt: number | null): void {
    this.passed = [];
    this.#crashAt = crashAt;
    this.#isArmed = true;
  }

  readonly pass = (name: string): void => {
    if (!this.#isArmed) return;
    this.passed.push(name);
    if (this.passed.length - 1 === this.#crashAt) this.#crash(name);
  };
}

/**
 * Crashes at the first failpoint, then at the second, and so on to the last, so that none is forgotten and none has to be listed. `attempt`
 * returns the name of the failpoint it crashed at, or null if it completed. Returns the names in order.
 */
export async function crashAtEveryPoint(attempt: (index: number) => Promise<string | null>): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const name = await attempt(names.length);
    if (name === null) return names;
    names.push(name);
  }
}
