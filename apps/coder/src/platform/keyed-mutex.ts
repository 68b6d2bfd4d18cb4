/** Runs one job at a time per key, in request order. Different keys do not wait for each other. */
export class KeyedMutex<Key = string> {
  readonly #tails = new Map<Key, Promise<void>>();

  /** Waits for its turn, runs `work`, and returns its result or throws its error. A failed run does not stop the next one. */
  async run<T>(key: Key, work: () => T | Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.#tails.set(key, done);
    try {
      await before;
      return await work();
    } finally {
      if (this.#tails.get(key) === done) this.#tails.delete(key);
      finish();
    }
  }
}
