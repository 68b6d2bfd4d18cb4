const ESC = "\\u001b";
const BELL = "\\u0007";
/** Colours, cursor moves and titles of a terminal; and line ends as on Windows. */
const ESCAPES = new RegExp(`\\r\\n|${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)|[@-Z\\\\^_])`, "g");
/** The beginning of one at the end of a text, or the first half of a line end. */
const UNFINISHED = new RegExp(`(?:${ESC}(?:\\[[0-?]*[ -/]*|\\][^${BELL}${ESC}]*${ESC}?)?|\\r)$`);
const MAX_HELD_CHARS = 4_096;

/** Turns a program's output into text: without the escape sequences of a terminal, and with line ends as on Unix. */
export class PlainText {
  readonly #decoder = new TextDecoder();
  #held = "";

  /** Reads the next bytes and returns the text that is certain so far. */
  push(chunk: Uint8Array): string {
    return this.#clean(this.#decoder.decode(chunk, { stream: true }), false);
  }

  /** Returns the rest of the text. */
  end(): string {
    return this.#clean(this.#decoder.decode(), true);
  }

  #clean(text: string, isLast: boolean): string {
    const whole = this.#held + text;
    const from = isLast ? -1 : whole.search(UNFINISHED);
    const isHeld = from !== -1 && whole.length - from <= MAX_HELD_CHARS;
    this.#held = isHeld ? whole.slice(from) : "";
    return (isHeld ? whole.slice(0, from) : whole).replace(ESCAPES, (found) => (found === "\r\n" ? "\n" : ""));
  }
}
