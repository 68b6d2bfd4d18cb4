import { toSafeControl, toSafeEscape, toSafeLink } from "./safe-sequences.ts";

/** Everything that is not plain text: controls, and the invisible characters that change the order in which text is shown. */
// oxlint-disable-next-line no-control-regex -- These are the characters it is about.
const SPECIAL = /[\u0000-\u0006\u0010-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const MAX_CONTROL = 256;
const MAX_LINK = 4_096;
/** How often characters are repeated at the most, within one piece: a few bytes must not become megabytes. */
const MAX_REPEATED = 65_536;

const ESC = 0x1b;
const CAN = 0x18;
const SUB = 0x1a;
const BEL = 0x07;
const CSI = 0x9b;
const ST = 0x9c;
const OSC = 0x9d;

type State =
  | "ground"
  | "escape"
  | "control"
  /** An operating system command, which may be a link. */
  | "command"
  /** A string that is swallowed whole. */
  | "swallowed";

/**
 * Lets through what draws on a terminal, and nothing that makes a terminal act or answer: no clipboard, no title, no query, no report, no
 * notification, no window or palette change, and no link but `http` and `https`.
 *
 * What leaves it is canonical: each sequence whole, in its seven-bit form, with bounded numbers and nothing inside it. So any place between
 * two results is a place where a reader may begin. It is an allow-list: what it does not know, it swallows, as a terminal would.
 */
export class TerminalFilter {
  #state: State = "ground";
  #pending = "";
  #isTooLong = false;
  /** The last character that was shown, for sequences that repeat it. */
  #last = "";
  #repeatsLeft = 0;
  #out: string[] = [];

  /** Filters the next piece of the output. Pieces may be cut anywhere: a sequence that is not complete waits for the rest. */
  write(text: string): string {
    this.#out = [];
    this.#repeatsLeft = MAX_REPEATED;
    let at = 0;
    while (at < text.length) at = this.#state === "ground" ? this.#readText(text, at) : this.#readOne(text, at);
    return this.#out.join("");
  }

  /** Copies plain text up to the next special character, and begins what that begins. Returns where it ended. */
  #readText(text: string, from: number): number {
    SPECIAL.lastIndex = from;
    const found = SPECIAL.exec(text);
    const end = found?.index ?? text.length;
    if (end > from) {
      const plain = text.slice(from, end);
      this.#out.push(plain);
      this.#noteLast(plain);
    }
    if (!found) return end;
    const code = text.charCodeAt(end);
    if (code === ESC) this.#begin("escape");
    else if (code >= 0x80 && code <= 0x9f) this.#dispatchEightBit(code);
    return end + 1;
  }

  /** Reads one character inside a sequence. Returns the place after it, or the same place if the sequence ended before it. */
  #readOne(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code === ESC) {
      if (this.#state === "command") this.#endCommand();
      this.#begin("escape");
    } else if (code === CAN || code === SUB) this.#state = "ground";
    else if (code >= 0x80 && code <= 0x9f) {
      if (code === ST && this.#state === "command") this.#endCommand();
      this.#state = "ground";
      this.#dispatchEightBit(code);
    } else if (this.#state === "command") this.#readCommand(code, text.charAt(at));
    else if (this.#state === "swallowed") return skipString(text, at);
    else if (code < 0x20) {
      // A terminal carries out a control character inside a sequence, and goes on with the sequence.
      if (code >= 0x07 && code <= 0x0f) this.#out.push(text.charAt(at));
    } else if (code > 0x7f) {
      this.#state = "ground";
      return at;
    } else if (code !== 0x7f) this.#readSequence(code, text.charAt(at));
    return at + 1;
  }

  #readSequence(code: number, char: string): void {
    if (this.#state === "escape" && this.#pending === "") {
      const eightBit = code + 0x40;
      if (code === 0x5b || code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) {
        this.#dispatchEightBit(eightBit);
        return;
      }
    }
    const isFinal = this.#state === "escape" ? code >= 0x30 : code >= 0x40;
    if (!isFinal) {
      if (this.#pending.length < MAX_CONTROL) this.#pending += char;
      else this.#isTooLong = true;
      return;
    }
    const { sequence, times } =
      this.#state === "escape" ? { sequence: toSafeEscape(this.#pending, char), times: 0 } : toSafeControl(this.#pending, char);
    if (!this.#isTooLong) {
      this.#out.push(sequence);
      if (times > 0) this.#repeat(times);
    }
    this.#state = "ground";
  }

  #repeat(times: number): void {
    if (this.#last === "") return;
    const repeated = Math.min(times, this.#repeatsLeft);
    this.#repeatsLeft -= repeated;
    this.#out.push(this.#last.repeat(repeated));
  }

  #readCommand(code: number, char: string): void {
    if (code === BEL) {
      this.#endCommand();
      this.#state = "ground";
    } else if (code < 0x20) return;
    else if (this.#pending.length < MAX_LINK) this.#pending += char;
    else this.#isTooLong = true;
  }

  #endCommand(): void {
    this.#out.push(toSafeLink(this.#pending, this.#isTooLong));
  }

  /** Carries out a control character of the upper half; `ESC [` and its kind are the same in seven bits. */
  #dispatchEightBit(code: number): void {
    if (code === CSI) this.#begin("control");
    else if (code === OSC) this.#begin("command");
    else if (code === 0x90 || code === 0x98 || code === 0x9e || code === 0x9f) this.#begin("swallowed");
    else this.#out.push(code === 0x84 || code === 0x85 || code === 0x88 ? `\u001b${String.fromCharCode(code - 0x40)}` : "");
  }

  #begin(state: State): void {
    this.#state = state;
    this.#pending = "";
    this.#isTooLong = false;
  }

  #noteLast(plain: string): void {
    // Line ends and tabs are not shown characters, and a repeat after them repeats nothing.
    const last = plain.at(-1)!;
    if (last < " ") this.#last = "";
    else this.#last = isLowSurrogate(last) && plain.length > 1 ? plain.slice(-2) : last;
  }
}

const isLowSurrogate = (char: string) => char >= "\udc00" && char <= "\udfff";

// oxlint-disable-next-line no-control-regex -- These end a string, or leave it.
const STRING_END = /[\u0018\u001a\u001b\u0080-\u009f]/g;

/** Skips what a swallowed string holds; a place at its end is left to the reader. */
function skipString(text: string, from: number): number {
  STRING_END.lastIndex = from;
  return STRING_END.exec(text)?.index ?? text.length;
}
