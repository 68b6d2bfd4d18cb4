/** Work that somebody waits for goes first. */
export type GitPriority = "interactive" | "background";

interface Lane {
  running: number;
  /** Of those running. */
  background: number;
  waiting: Record<GitPriority, (() => void)[]>;
}

/**
 * Lets so many run at once for each key; the others wait, what is interactive before what is not, and otherwise in the order asked.
 * Background work never takes the last place where there is more than one, so that a click never waits for it.
 */
export class GitBudget {
  readonly #atOnce: number;
  readonly #backgroundAtOnce: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
    this.#backgroundAtOnce = Math.max(1, atOnce - 1);
  }

  /** Waits for a place, runs `work`, and gives its result or its error. */
  async run<T>(key: string, priority: GitPriority, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { running: 0, background: 0, waiting: { interactive: [], background: [] } };
    this.#lanes.set(key, lane);
    if (this.#hasRoom(lane, priority)) take(lane, priority);
    else await new Promise<void>((resolve) => lane.waiting[priority].push(resolve));
    try {
      return await work();
    } finally {
      lane.running--;
      if (priority === "background") lane.background--;
      this.#startNext(key, lane);
    }
  }

  #hasRoom({ running, background }: Lane, priority: GitPriority): boolean {
    return running < this.#atOnce && (priority === "interactive" || background < this.#backgroundAtOnce);
  }

  #startNext(key: string, lane: Lane): void {
    for (const priority of ["interactive", "background"] as const) {
      while (lane.waiting[priority].length > 0 && this.#hasRoom(lane, priority)) {
        // The place is taken here and not when the waiting one wakes: nobody may come in between.
        take(lane, priority);
        lane.waiting[priority].shift()?.();
      }
    }
    if (lane.running === 0) this.#lanes.delete(key);
  }
}

function take(lane: Lane, priority: GitPriority): void {
  lane.running++;
  if (priority === "background") lane.background++;
}
