export interface LineReaderOptions {
  /** Longer lines are dropped. */
  maxBytes: number;
  /**
   * Called with each whole line, without its line end. The buffer is valid only during the call. If it returns a promise, reading pauses
   * until the promise resolves.
   */
  onLine(line: Buffer): void | Promise<void>;
  /** Called for each dropped line; `bytes` is its length. */
  onTooLarge(bytes: number): void;
}

const NEWLINE = 0x0a;
const FIRST_BYTES = 4 * 1024;

/**
 * Splits a byte stream into lines, in time linear in the bytes for chunks of any size.
 *
 * It buffers at most twice the cap of an unfinished line. A longer line is dropped as it arrives, and the next line is read normally.
 */
export class LineReader {
  readonly #options: LineReaderOptions;
  #kept = Buffer.alloc(0);
  #length = 0;
  /** The length so far of a line that is too long, or 0. */
  #passedOver = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
  }

  /** The bytes buffered for an unfinished line. */
  get keptBytes(): number {
    return this.#kept.length;
  }

  /** Reads the next bytes; one call at a time. Resolves when every line in them has been processed. */
  async push(chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(NEWLINE, from);
      const piece = chunk.subarray(from, end === -1 ? chunk.length : end);
      from += piece.length + 1;
      if (end === -1) this.#keep(piece);
      else {
        const room = this.#finish(piece);
        if (room) await room;
      }
    }
  }

  /** Ends the stream. A last line without a newline counts as a line. */
  async end(): Promise<void> {
    if (this.#length > 0 || this.#passedOver > 0) await this.#finish(Buffer.alloc(0));
  }

  #finish(piece: Buffer): void | Promise<void> {
    const { maxBytes, onLine, onTooLarge } = this.#options;
    const bytes = this.#passedOver + this.#length + piece.length;
    if (bytes > maxBytes) {
      this.#forget();
      return onTooLarge(bytes);
    }
    if (this.#length === 0) return onLine(piece);
    this.#keep(piece);
    const line = this.#kept.subarray(0, this.#length);
    this.#forget();
    return onLine(line);
  }

  #keep(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (this.#passedOver > 0 || length > this.#options.maxBytes) {
      const passedOver = this.#passedOver + length;
      this.#forget();
      this.#passedOver = passedOver;
      return;
    }
    if (length > this.#kept.length) {
      // Double the buffer, so each byte is copied twice on average for chunks of any size.
      const larger = Buffer.allocUnsafe(Math.max(length, this.#kept.length * 2, FIRST_BYTES));
      this.#kept.copy(larger, 0, 0, this.#length);
      this.#kept = larger;
    }
    piece.copy(this.#kept, this.#length);
    this.#length = length;
  }

  #forget(): void {
    this.#kept = Buffer.alloc(0);
    this.#length = 0;
    this.#passedOver = 0;
  }
}
