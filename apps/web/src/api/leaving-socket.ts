/** How long the other side may take to say goodbye, in milliseconds. Longer than any answer over a line that works. */
const GOODBYE_WITHIN_MS = 1_000;

/**
 * A WebSocket that is closed soon after it was asked to be. A browser waits up to a minute for the other side's goodbye, which over a
 * dead line never comes, and nothing would be opened in its place meanwhile.
 */
export class LeavingSocket extends WebSocket {
  #isLeft = false;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    // The first listener: what comes after the goodbye was given up is nobody's business any more.
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
