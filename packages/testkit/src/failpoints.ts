/** Counts the named points that work passes, and crashes the process at one of them. Hand {@link pass} to the work as its failpoint. */
export class Failpoints {
  /** Names of the points passed since {@link arm}, in order. */
  passed: string[] = [];
  #crashAt: number | null = null;
  #isArmed = false;
  readonly #crash: (name: string) => void;

  /** `crash` is called at the point; by default the process is killed there and then. */
  constructor(crash: (name: string) => void = () => process.kill(process.pid, "SIGKILL")) {
    this.#crash = crash;
  }

  /** Counts from now on, and crashes at point `crashAt`, counted from 0; null only counts. */
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
 * Crashes at the first point, then at the second, and so on until none is left: no point is forgotten, and none has to be listed.
 * `attempt` answers the name of the point it crashed at, null where it came to its end before. Answers the names, in order.
 */
export async function crashAtEveryPoint(attempt: (index: number) => Promise<string | null>): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const name = await attempt(names.length);
    if (name === null) return names;
    names.push(name);
  }
}
