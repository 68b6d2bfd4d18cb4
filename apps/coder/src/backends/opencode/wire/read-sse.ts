/** One event of a stream may not be longer than this: a tool's whole output travels in one. */
const MAX_SSE_EVENT_BYTES = 8 * 1024 * 1024;

export interface SseReaderOptions {
  /** The data of one event, its lines joined. */
  onEvent(data: string): void;
  /** An event was longer than the limit: it is left out, and reading goes on at the next one. */
  onTooLarge(bytes: number): void;
  maxEventBytes?: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Takes a stream of server-sent events in pieces of any size and gives the data of each event.
 *
 * Works on bytes, so that a piece may end inside a character, and in linear time, whatever the length of a line.
 */
export class SseReader {
  readonly #options: SseReaderOptions;
  readonly #maxEventBytes: number;
  /** Of the line under way. */
  #pieces: Buffer[] = [];
  #isBlank = true;
  /** Of the event under way, its lines and names too. */
  #size = 0;
  #data: string[] = [];

  constructor(options: SseReaderOptions) {
    this.#options = options;
    this.#maxEventBytes = options.maxEventBytes ?? MAX_SSE_EVENT_BYTES;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  get #isTooLarge(): boolean {
    return this.#size > this.#maxEventBytes;
  }

  #keep(piece: Buffer): void {
    this.#isBlank &&= piece.length === 0 || (piece.length === 1 && piece[0] === RETURN);
    this.#size += piece.length;
    if (!this.#isTooLarge) return void this.#pieces.push(piece);
    this.#pieces = [];
    this.#data = [];
  }

  #endLine(): void {
    const line = this.#isTooLarge ? null : Buffer.concat(this.#pieces).toString("utf8").replace(/\r$/, "");
    const isBlank = this.#isBlank;
    this.#pieces = [];
    this.#isBlank = true;
    if (isBlank) this.#endEvent();
    else if (line?.startsWith("data:")) this.#data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
  }

  #endEvent(): void {
    const data = this.#data;
    const size = this.#size;
    const isTooLarge = this.#isTooLarge;
    this.#data = [];
    this.#size = 0;
    if (isTooLarge) this.#options.onTooLarge(size);
    else if (data.length > 0) this.#options.onEvent(data.join("\n"));
  }
}
