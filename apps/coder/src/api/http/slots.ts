/** How many places there are, and how many of them those may have who have not said a good token yet. */
export interface SlotLimits {
  max: number;
  maxUnknown: number;
}

/**
 * Places for those who come in before they have said who they are. Where there is none left, the one that has been unknown for the
 * longest gives way: whoever has a token needs a moment to say it, and whoever has none must not keep anybody out by being silent.
 */
export class Slots<T> {
  readonly #limits: SlotLimits;
  readonly #end: (holder: T) => void;
  /** Oldest first. */
  readonly #unknown = new Set<T>();
  readonly #known = new Set<T>();

  constructor(limits: SlotLimits, end: (holder: T) => void) {
    this.#limits = limits;
    this.#end = end;
  }

  /** False where all places belong to those who are known. The holder says {@link leave} when it is gone. */
  take(holder: T): boolean {
    const { max, maxUnknown } = this.#limits;
    const isFull = this.#unknown.size >= maxUnknown || this.#unknown.size + this.#known.size >= max;
    if (isFull && !this.#endOldest()) return false;
    this.#unknown.add(holder);
    return true;
  }

  /** Call when a holder has said a good token: from now on its place is its own. */
  recognise(holder: T): void {
    if (this.#unknown.delete(holder)) this.#known.add(holder);
  }

  leave(holder: T): void {
    this.#unknown.delete(holder);
    this.#known.delete(holder);
  }

  #endOldest(): boolean {
    for (const oldest of this.#unknown) {
      this.#unknown.delete(oldest);
      this.#end(oldest);
      return true;
    }
    return false;
  }
}
