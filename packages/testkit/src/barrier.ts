/**
 * A barrier at which scripted work stops until the test continues it, so that tests wait for events and never for time. The work awaits
 * {@link Barrier.pass}; the test awaits {@link Barrier.reached} and calls {@link Barrier.open}.
 */
export class Barrier {
  /** Resolves when work first reaches the barrier. */
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  readonly #arrive: () => void;
  readonly #open: () => void;

  constructor() {
    const reached = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    this.reached = reached.promise;
    this.#arrive = reached.resolve;
    this.#opened = opened.promise;
    this.#open = opened.resolve;
  }

  /** Opens the barrier for everything that waits or arrives later. */
  open(): void {
    this.#open();
  }

  /** Marks the barrier as reached, and resolves when it is open. */
  pass(): Promise<void> {
    this.#arrive();
    return this.#opened;
  }
}
