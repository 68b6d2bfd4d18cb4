import { setMaxListeners } from "node:events";
import type { AccessTokenId } from "@boocode/shared/ids";

type Asker = { kind: "daemon_token" } | { kind: "browser"; tokenId: AccessTokenId };

/** Who is asking, once the token is known to be good. `ended` fires when the token stops working: what was let in with it ends, too. */
export type Principal = Asker & { readonly ended: AbortSignal };

/** What one token allows until it is taken away. All that came in with the token shares it, so that one call ends all of it. */
export class Grant {
  readonly principal: Principal;
  readonly #controller = new AbortController();

  constructor(asker: Asker) {
    const { signal } = this.#controller;
    // Every open connection listens; there may be hundreds.
    setMaxListeners(0, signal);
    this.principal = { ...asker, ended: signal };
  }

  /** The principal is dead before anybody is told. */
  end(): void {
    this.#controller.abort();
  }
}

/** Calls back once when the token stops working, at once where it has. Returns what forgets it. */
export function onEnded({ ended }: Principal, end: () => void): () => void {
  if (ended.aborted) end();
  else ended.addEventListener("abort", end, { once: true });
  return () => ended.removeEventListener("abort", end);
}
