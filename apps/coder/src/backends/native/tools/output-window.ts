/** Keeps the first and last bytes of a command's output. */
export class OutputWindow {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  /** The number of all bytes received, kept or not. */
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

  /** Returns the output as text. No character is cut at the gap or at the end. */
  read(): string {
    const { droppedBytes } = this;
    if (droppedBytes === 0) return withoutHalf(Buffer.concat([this.#head, this.#tail])).toString("utf8");
    const [head, tail] = [withoutHalf(this.#head), withoutRest(withoutHalf(this.#tail))];
    return `${head.toString("utf8")}\n[… ${droppedBytes} bytes left out …]\n${tail.toString("utf8")}`;
  }
}

const MAX_CHARACTER_BYTES = 4;

/** Removes an incomplete character at the end. Invalid bytes are kept. */
function withoutHalf(bytes: Buffer): Buffer {
  for (let back = 1; back < MAX_CHARACTER_BYTES && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Removes an incomplete character at the beginning. */
function withoutRest(bytes: Buffer): Buffer {
  let from = 0;
  while (from < MAX_CHARACTER_BYTES - 1 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return bytes.subarray(from);
}
