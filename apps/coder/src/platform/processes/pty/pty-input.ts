import { writeSync } from "node:fs";

export interface PtyInputDeps {
  /** The pseudoterminal, which does not block. */
  fd: number;
  /** Called when so many units have been handed over, in UTF-16 code units. */
  onTyped(units: number): void;
}

/** A program that reads nothing is tried again after this time, which doubles up to the longest. */
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 50;
/** How much is handed over before others have their turn. */
const BYTES_AT_ONCE = 65_536;

/**
 * What is typed into one pseudoterminal, handed over as fast as its program reads. The package would try again without a pause, for as long
 * as the program reads nothing.
 */
export class PtyInput {
  readonly #deps: PtyInputDeps;
  readonly #waiting: { bytes: Buffer; units: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #waitMs = FIRST_WAIT_MS;
  #isClosed = false;

  constructor(deps: PtyInputDeps) {
    this.#deps = deps;
  }

  write(text: string): void {
    if (this.#isClosed || text === "") return;
    this.#waiting.push({ bytes: Buffer.from(text), units: text.length });
    if (this.#timer === null) this.#handOver();
  }

  /** Drops what waits. Call it before the descriptor is closed. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #handOver(): void {
    this.#timer = null;
    let handed = 0;
    for (let next = this.#waiting[0]; next !== undefined && handed < BYTES_AT_ONCE; next = this.#waiting[0]) {
      const written = this.#tryWrite(next.bytes);
      if (written === null) return;
      if (written === 0) {
        this.#later(this.#waitMs);
        this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
        return;
      }
      handed += written;
      this.#waitMs = FIRST_WAIT_MS;
      next.bytes = next.bytes.subarray(written);
      if (next.bytes.length > 0) continue;
      this.#waiting.shift();
      this.#deps.onTyped(next.units);
    }
    if (this.#waiting.length > 0) this.#later(0);
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.#handOver(), ms);
  }

  /** Returns how many bytes the system has taken; null if there is no terminal any more. */
  #tryWrite(bytes: Buffer): number | null {
    try {
      return writeSync(this.#deps.fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      // Its program has just ended, and its end is on its way.
      this.close();
      return null;
    }
  }
}
