/** The total number of slots, and how many of them unauthenticated holders may use. */
export interface SlotLimits {
  max: number;
  maxUnknown: number;
}

/**
 * Limits connections that are not authenticated yet. If no slot is free, the connection that has been unauthenticated for the longest is
 * evicted: an honest client needs only a moment to send its token, and a silent one must not keep others out.
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

  /** Takes a slot; returns false if authenticated holders use all of them. The holder calls {@link leave} when it is gone. */
  take(holder: T): boolean {
    const { max, maxUnknown } = this.#limits;
    const isFull = this.#unknown.size >= maxUnknown || this.#unknown.size + this.#known.size >= max;
    if (isFull && !this.#endOldest()) return false;
    this.#unknown.add(holder);
    return true;
  }

  /** Marks a holder as authenticated, so that it keeps its slot. Call it when the holder has sent a valid token. */
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
