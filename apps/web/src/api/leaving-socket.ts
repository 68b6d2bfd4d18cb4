/** Time limit for the peer's close frame, in milliseconds. Longer than any round trip over a working connection. */
const GOODBYE_WITHIN_MS = 1_000;

/**
 * A WebSocket that closes soon after `close` is called. A browser waits up to a minute for the peer's close frame, which never comes
 * over a dead connection, and no new socket would be opened until then.
 */
export class LeavingSocket extends WebSocket {
  #isLeft = false;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    // This listener is registered first, so that it can stop events that arrive after the close was forced.
    for (const type of ["close", "error", "message"])
      this.addEventListener(type, (event) => {
        if (type === "close" && !this.#isLeft) this.#isLeft = true;
        else if (this.#isLeft) event.stopImmediatePropagation();
      });
  }

  override close(code?: number, reason?: string): void {
    super.close(code, reason);
    setTimeout(() => {
      if (!this.#isLeft) this.dispatchEvent(new CloseEvent("close", { code: 1006, wasClean: false }));
    }, GOODBYE_WITHIN_MS);
  }
}
