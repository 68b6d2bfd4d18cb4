import type { Principal } from "../../access/access.ts";

/** What outlives its request, by the token it came with, so that taking a token away ends it. */
export class LiveConnections {
  readonly #byToken = new Map<string, Set<() => void>>();

  /** Notes how to end a connection. Returns what forgets it again. */
  add(principal: Principal, end: () => void): () => void {
    const key = toKey(principal);
    const ends = this.#byToken.get(key) ?? new Set();
    ends.add(end);
    this.#byToken.set(key, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0) this.#byToken.delete(key);
    };
  }

  /** Ends everything that came with this token. */
  endAll(principal: Principal): void {
    for (const end of Array.from(this.#byToken.get(toKey(principal)) ?? [])) end();
  }
}

const toKey = (principal: Principal) => (principal.kind === "daemon_token" ? "the daemon's" : principal.tokenId);
