/** Bytes of output, kept at both ends: what a command says first and last. */
export class OutputWindow {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  /** Everything that came, kept or not. */
  totalBytes = 0;

  constructor(maxBytes: number) {
    this.#headLimit = Math.floor(maxBytes / 2);
    this.#tailLimit = maxBytes - this.#headLimit;
  }

  push(chunk: Buffer): void {
    this.totalBytes += chunk.length;
    const room = this.#headLimit - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)]);
    const rest = room > 0 ? chunk.subarray(room) : chunk;
    if (rest.length === 0) return;
    const tail = rest.length >= this.#tailLimit ? Buffer.from(rest) : Buffer.concat([this.#tail, rest]);
    this.#tail = tail.length > this.#tailLimit ? tail.subarray(tail.length - this.#tailLimit) : tail;
  }

  get droppedBytes(): number {
    return this.totalBytes - this.#head.length - this.#tail.length;
  }

  /** As text. A character cut by the gap or by the end shows as a replacement mark. */
  read(): string {
    if (this.droppedBytes === 0) return Buffer.concat([this.#head, this.#tail]).toString("utf8");
    return `${this.#head.toString("utf8")}\n[… ${this.droppedBytes} bytes left out …]\n${this.#tail.toString("utf8")}`;
  }
}
