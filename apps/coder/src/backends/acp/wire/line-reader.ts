export interface LineReaderOptions {
  /** A line of more bytes is passed over. */
  maxBytes: number;
  /** A whole line without its end; valid until it returns. What it returns, if anything, resolves when there is room for more. */
  onLine(line: Buffer): void | Promise<void>;
  /** A line was passed over; `bytes` is how long it was. */
  onTooLarge(bytes: number): void;
}

const NEWLINE = 0x0a;
const FIRST_BYTES = 4 * 1024;

/**
 * Cuts a stream of bytes into lines, in time linear in the bytes however they are sliced.
 *
 * It keeps at most twice the cap of a line that has not ended; a longer one is let go while it comes, and the line behind it is read
 * again.
 */
export class LineReader {
  readonly #options: LineReaderOptions;
  #kept = Buffer.alloc(0);
  #length = 0;
  /** Bytes of a line that is too long, or 0. */
  #passedOver = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
  }

  /** Bytes held for a line that has not ended. */
  get keptBytes(): number {
    return this.#kept.length;
  }

  /** Takes the next bytes; one call at a time. Resolves when every line in them has been taken. */
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

  /** The stream is over: a last line without its newline is a line. */
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
      // Doubling: a byte is copied twice on average, whatever the pieces are.
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
