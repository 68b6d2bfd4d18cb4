import type { AccessTokenId } from "@boocode/shared/ids";
import type { Principal } from "../access/access.ts";

/** What outlives its request, by the token it came with, so that taking a token away ends it. */
export class LiveConnections {
  readonly #byToken = new Map<AccessTokenId, Set<() => void>>();

  /** Notes how to end a connection. Returns what forgets it again. */
  add(principal: Principal, end: () => void): () => void {
    if (principal.kind === "daemon_token") return () => {};
    const { tokenId } = principal;
    const ends = this.#byToken.get(tokenId) ?? new Set();
    ends.add(end);
    this.#byToken.set(tokenId, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0) this.#byToken.delete(tokenId);
    };
  }

  /** Ends everything that came with this token. */
  endAll(tokenId: AccessTokenId): void {
    for (const end of Array.from(this.#byToken.get(tokenId) ?? [])) end();
  }
}
