/**
 * A place where scripted work stops until a test lets it go on, so that tests wait for events and never for time.
 * The work awaits {@link Barrier.pass}; the test awaits {@link Barrier.reached} and calls {@link Barrier.open}.
 */
export class Barrier {
  /** Resolves when the work has come to this place for the first time. */
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

  /** Lets everything through that waits here or comes later. */
  open(): void {
    this.#open();
  }

  /** Says that the work is here, and resolves when the barrier is open. */
  pass(): Promise<void> {
    this.#arrive();
    return this.#opened;
  }
}
