/** Keeps the last bytes of a stream, in time per byte and memory that do not depend on the length of the stream. */
export class OutputTail {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    const kept = chunk.length > this.#maxBytes ? chunk.subarray(chunk.length - this.#maxBytes) : chunk;
    this.#chunks.push(kept);
    this.#size += kept.length;
    // Join when twice the limit is held, so each byte is copied once on average and the memory of old chunks is freed.
    if (this.#size > 2 * this.#maxBytes || this.#chunks.length > 1_000) this.#join();
  }

  /** Returns the tail as text, without a partial character at the front. */
  read(): string {
    this.#join();
    const [bytes] = this.#chunks;
    if (!bytes) return "";
    let from = 0;
    while (from < Math.min(3, bytes.length) && (bytes[from]! & 0xc0) === 0x80) from += 1;
    return bytes.toString("utf8", from);
  }

  #join(): void {
    const all = Buffer.concat(this.#chunks);
    const kept = all.length > this.#maxBytes ? Buffer.from(all.subarray(all.length - this.#maxBytes)) : all;
    this.#chunks = [kept];
    this.#size = kept.length;
  }
}
