import { stripVTControlCharacters } from "node:util";
import { redactSecrets } from "../../../platform/redact.ts";

const MAX_KEPT_BYTES = 8_000;
const MAX_LINES = 8;
const MAX_LINE_CHARS = 300;

/** Keeps the first output of a program, which usually explains why it did not get ready. */
export class SaidAtStart {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): void {
    const room = MAX_KEPT_BYTES - this.#size;
    if (room <= 0) return;
    // Copy the piece: a slice would keep the whole read buffer in memory.
    const kept = Buffer.from(chunk.subarray(0, room));
    this.#chunks.push(kept);
    this.#size += kept.length;
  }

  /** Quotes its first lines, without colours and without `secrets`; empty if there was no output. */
  quote(secrets: readonly string[]): string {
    const text = redactSecrets(stripVTControlCharacters(Buffer.concat(this.#chunks).toString("utf8")), secrets);
    const lines = text
      .split(/[\r\n]+/)
      .map((line) => line.trim().slice(0, MAX_LINE_CHARS))
      .filter((line) => line !== "");
    return lines.slice(0, MAX_LINES).join("\n");
  }
}
