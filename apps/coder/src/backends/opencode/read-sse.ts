/** One line of a stream may not be longer than this: a tool's whole output travels in one. */
export const MAX_SSE_LINE_BYTES = 8 * 1024 * 1024;

export interface SseReaderOptions {
  /** The data of one event, its lines joined. */
  onEvent(data: string): void;
  /** A line was longer than the limit: its event is left out, and reading goes on at the next one. */
  onTooLarge(bytes: number): void;
  maxLineBytes?: number;
}

const NEWLINE = 0x0a;

/**
 * Takes a stream of server-sent events in pieces of any size and gives the data of each event.
 *
 * Works on bytes, so that a piece may end inside a character, and in linear time, whatever the length of a line.
 */
export class SseReader {
  readonly #options: SseReaderOptions;
  readonly #maxLineBytes: number;
  #pieces: Buffer[] = [];
  #size = 0;
  #isDropping = false;
  #data: string[] = [];

  constructor(options: SseReaderOptions) {
    this.#options = options;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_SSE_LINE_BYTES;
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

  #keep(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#maxLineBytes) {
      this.#pieces = [];
      this.#isDropping = true;
    } else this.#pieces.push(piece);
  }

  #endLine(): void {
    const isDropped = this.#isDropping;
    const line = isDropped ? "" : Buffer.concat(this.#pieces).toString("utf8").replace(/\r$/, "");
    const size = this.#size;
    this.#pieces = [];
    this.#size = 0;
    this.#isDropping = false;
    if (isDropped) {
      this.#data = [];
      this.#options.onTooLarge(size);
    } else if (line === "") this.#endEvent();
    else if (line.startsWith("data:")) this.#data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
  }

  #endEvent(): void {
    if (this.#data.length === 0) return;
    const data = this.#data.join("\n");
    this.#data = [];
    this.#options.onEvent(data);
  }
}
