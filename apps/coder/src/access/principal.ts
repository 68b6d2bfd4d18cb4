import { setMaxListeners } from "node:events";
import type { AccessTokenId } from "@boocode/shared/ids";

type Caller = { kind: "daemon_token" } | { kind: "browser"; tokenId: AccessTokenId };

/** The authenticated caller. `ended` aborts when the token stops working, and everything opened with the token ends. */
export type Principal = Caller & { readonly ended: AbortSignal };

/** One token's grant until it is revoked. Everything opened with the token shares it, so that one call ends all of it. */
export class Grant {
  readonly principal: Principal;
  readonly #controller = new AbortController();

  constructor(caller: Caller) {
    const { signal } = this.#controller;
    // Every open connection adds a listener; there may be hundreds.
    setMaxListeners(0, signal);
    this.principal = { ...caller, ended: signal };
  }

  /** Ends the grant. `ended.aborted` is true before any listener is called. */
  end(): void {
    this.#controller.abort();
  }
}

/** Calls `end` once when the token stops working, immediately if it already has. Returns a function that unsubscribes. */
export function onEnded({ ended }: Principal, end: () => void): () => void {
  if (ended.aborted) end();
  else ended.addEventListener("abort", end, { once: true });
  return () => ended.removeEventListener("abort", end);
}
