import type { FileType } from "@boocode/shared/attachments/attachment";
import { findImageType } from "@boocode/shared/files/find-image-type";

/** How many bytes of a file tell which image it is. */
const IMAGE_HEAD_BYTES = 16;

/** Recognises what a file is while its bytes come: an image by its beginning, text by all of it. */
export class ContentSniffer {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #head: number[] = [];
  #isText = true;

  push(chunk: Uint8Array): void {
    if (this.#head.length < IMAGE_HEAD_BYTES) this.#head.push(...chunk.subarray(0, IMAGE_HEAD_BYTES - this.#head.length));
    if (this.#isText) this.#isText = !chunk.includes(0) && this.#decodes(chunk);
  }

  /** Call it once, after the last chunk. */
  end(): FileType {
    const image = findImageType(Uint8Array.from(this.#head));
    if (image !== null) return image;
    return this.#isText && this.#decodes(null) ? "text/plain" : "application/octet-stream";
  }

  #decodes(chunk: Uint8Array | null): boolean {
    try {
      if (chunk === null) this.#decoder.decode();
      else this.#decoder.decode(chunk, { stream: true });
      return true;
    } catch {
      return false;
    }
  }
}
