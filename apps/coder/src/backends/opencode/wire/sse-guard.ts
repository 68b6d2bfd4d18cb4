/** The size limit of one event. A tool's whole output arrives in one event. */
const MAX_SSE_EVENT_BYTES = 8 * 1024 * 1024;

export interface SseGuardOptions {
  /** Called when an event exceeds the limit. It is dropped, and the next one passes. */
  onTooLarge(bytes: number): void;
  maxEventBytes?: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

/**
 * Passes only whole server-sent events to the SDK's reader, from a stream in pieces of any size. That reader keeps one buffer and searches
 * all of it with every piece.
 *
 * It works on bytes, so a piece may end inside a character, and in linear time for lines of any length.
 */
export class SseGuard {
  readonly #options: SseGuardOptions;
  readonly #maxEventBytes: number;
  /** The earlier pieces of the current event. */
  #held: Buffer[] = [];
  /** The size of the current event, without line ends. */
  #size = 0;
  #isLineBlank = true;

  constructor(options: SseGuardOptions) {
    this.#options = options;
    this.#maxEventBytes = options.maxEventBytes ?? MAX_SSE_EVENT_BYTES;
  }

  /** Returns the complete events that end in this piece. */
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
