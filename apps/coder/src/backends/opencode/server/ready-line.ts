/** opencode 2 leaves its name out. */
const READY_LINE = /(?:^|\n|opencode )server listening on (http:\/\/\S+)\s/;
/** Longer than any ready line. */
const MAX_KEPT_CHARS = 4_000;

/** Finds the line with the server's address in its output, even if it arrives in pieces or among other output. */
export class ReadyLine {
  #said = "";
  #url: string | null = null;

  /** Returns null until the whole line has arrived, then always the address. */
  push(chunk: Buffer): string | null {
    if (this.#url !== null) return this.#url;
    const said = this.#said + chunk.toString("latin1");
    this.#url = READY_LINE.exec(said)?.[1] ?? null;
    this.#said = this.#url === null ? said.slice(-MAX_KEPT_CHARS) : "";
    return this.#url;
  }
}
