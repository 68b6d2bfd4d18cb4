/** One event of a stream may not be longer than this: a tool's whole output travels in one. */
const MAX_SSE_EVENT_BYTES = 8 * 1024 * 1024;

export interface SseGuardOptions {
  /** An event was longer than the limit: it is left out, and the next one passes. */
  onTooLarge(bytes: number): void;
  maxEventBytes?: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

/**
 * Stands in front of a reader of server-sent events that keeps what it has in one text and searches all of it with every piece: takes a
 * stream in pieces of any size, and lets through whole events only.
 *
 * Works on bytes, so that a piece may end inside a character, and in linear time, whatever the length of a line.
 */
export class SseGuard {
  readonly #options: SseGuardOptions;
  readonly #maxEventBytes: number;
  /** Of the event under way, as far as it came before this piece. */
  #held: Buffer[] = [];
  /** Of the event under way, without its line ends. */
  #size = 0;
  #isLineBlank = true;

  constructor(options: SseGuardOptions) {
    this.#options = options;
    this.#maxEventBytes = options.maxEventBytes ?? MAX_SSE_EVENT_BYTES;
  }

  /** Answers the events that end in this piece, from their first byte to their last. */
  push(chunk: Buffer): Buffer {
    const whole: Buffer[] = [];
    let eventStart = 0;
    let lineStart = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, lineStart)) {
      this.#measure(chunk, lineStart, end);
      lineStart = end + 1;
      if (this.#isLineBlank) {
        this.#endEvent(whole, chunk.subarray(eventStart, lineStart));
        eventStart = lineStart;
      }
      this.#isLineBlank = true;
    }
    this.#measure(chunk, lineStart, chunk.length);
    if (this.#isTooLarge) this.#held = [];
    else if (eventStart < chunk.length) this.#held.push(chunk.subarray(eventStart));
    return whole.length === 0 ? NOTHING : Buffer.concat(whole);
  }

  get #isTooLarge(): boolean {
    return this.#size > this.#maxEventBytes;
  }

  #measure(chunk: Buffer, start: number, end: number): void {
    const length = end - start;
    this.#isLineBlank &&= length === 0 || (length === 1 && chunk[start] === RETURN);
    this.#size += length;
  }

  #endEvent(whole: Buffer[], rest: Buffer): void {
    if (this.#isTooLarge) this.#options.onTooLarge(this.#size);
    else if (this.#size > 0) for (const piece of [...this.#held, rest]) whole.push(piece);
    this.#held = [];
    this.#size = 0;
  }
}
