const READY_LINE = /opencode server listening on (http:\/\/\S+)\s/;
/** More than such a line has. */
const MAX_KEPT_CHARS = 4_000;

/** Finds in what a server says where it listens: also where the line comes in pieces, or stands among a lot else. */
export class ReadyLine {
  #said = "";
  #url: string | null = null;

  /** Answers the address once its whole line was said, and from then on; null before. */
  push(chunk: Buffer): string | null {
    if (this.#url !== null) return this.#url;
    const said = this.#said + chunk.toString("latin1");
    this.#url = READY_LINE.exec(said)?.[1] ?? null;
    this.#said = this.#url === null ? said.slice(-MAX_KEPT_CHARS) : "";
    return this.#url;
  }
}
