/** The priority of git work: a person waits for interactive work, so it goes first. */
export type GitPriority = "interactive" | "background";

interface Lane {
  running: number;
  /** How many of the running jobs are background work. */
  background: number;
  waiting: Record<GitPriority, (() => void)[]>;
}

/**
 * Limits how many jobs run at once per key. Waiting jobs run interactive first, otherwise in request order. With more than one slot,
 * background work never takes the last one, so a click never waits for it.
 */
export class GitBudget {
  readonly #atOnce: number;
  readonly #backgroundAtOnce: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
    this.#backgroundAtOnce = Math.max(1, atOnce - 1);
  }

  /** Waits for a slot, runs `work`, and returns its result or throws its error. */
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
        // Take the slot here, not when the waiter resumes; otherwise another job could take it first.
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
