/** What a person said during a turn, until the turn's next request to the model. See `AgentConversation.steer`. */
export class WaitingWords {
  #waiting: { take: () => Promise<string | null>; resolve: (isGiven: boolean) => void }[] = [];
  #isClosed = false;

  /** Resolves whether the words were taken. */
  add(take: () => Promise<string | null>): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ take, resolve });
    return promise;
  }

  /** Returns all that wait, in order, without those that were taken back or cannot be noted in the journal. */
  async take(): Promise<string[]> {
    const words: string[] = [];
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const text = await next.take().catch(() => null);
      next.resolve(text !== null);
      if (text !== null) words.push(text);
    }
    return words;
  }

  /** Says of all that still wait that they were not taken. */
  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }
}
