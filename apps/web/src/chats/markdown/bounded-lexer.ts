import { Lexer, Tokenizer, type Token, type Tokens } from "marked";
import { inlineCost } from "./inline-cost.ts";

/** Markdown that would take too long to read or to draw: shown as it was written. */
export interface PlainToken {
  type: "plain";
  raw: string;
}

/** Lists and quotes inside each other. */
const MAX_DEPTH = 16;
/** Of one list or quote. */
const MAX_LINES = 2_000;
/** What is inside of lists and quotes is read once for each of them: lines, and UTF-16 units, of one block in all. */
const MAX_NESTED_LINES = 10_000;
const MAX_NESTED_LENGTH = 1_000_000;
/** Emphasis and links inside each other. */
const MAX_INLINE_DEPTH = 16;
const MAX_INLINE_COST = 8_000_000;
const MAX_CELLS = 2_000;
/** Of one block: about what a page lays out without standing still. */
const MAX_BLOCK_TOKENS = 4_000;
/** Of anything but a fence, which is folded where it is drawn. In UTF-16 units. */
const MAX_BLOCK_LENGTH = 50_000;
/** A fence is drawn with a frame and a button. */
const FENCE_WEIGHT = 25;

/** Reads markdown in time that grows with its length, whatever it says: a block that would not be readable so is a {@link PlainToken}. */
export function lexBounded(source: string): Token[] {
  try {
    return new BoundedLexer().lex(source).map((token) => (isTooMuch(token) ? toPlain(token.raw) : token));
  } catch {
    // A fault of the lexer is no reason to keep an answer from its reader.
    return [toPlain(source)];
  }
}

function isTooMuch(token: Token): boolean {
  return (token.type !== "code" && token.raw.length > MAX_BLOCK_LENGTH) || countTokens(token) > MAX_BLOCK_TOKENS;
}

/** How much there is to draw of a token, itself included. Counts no further than it matters. */
export function countTokens(token: Token): number {
  const waiting: Token[] = [token];
  let count = 0;
  for (let next = waiting.pop(); next && count <= MAX_BLOCK_TOKENS; next = waiting.pop()) {
    count += next.type === "code" ? FENCE_WEIGHT : 1;
    if (next.type === "table") {
      const { header, rows } = next as Tokens.Table;
      for (const cell of [header, ...rows].flat()) waiting.push({ type: "cell", raw: "", tokens: cell.tokens });
    } else if (next.type === "list") waiting.push(...(next as Tokens.List).items);
    else if ("tokens" in next && next.tokens) waiting.push(...next.tokens);
  }
  return count;
}

const toPlain = (raw: string): PlainToken => ({ type: "plain", raw });

class BoundedLexer extends Lexer {
  #depth = 0;

  constructor() {
    super({ gfm: true, tokenizer: new BoundedTokenizer() });
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    const isTooMuch = this.#depth >= MAX_INLINE_DEPTH || (this.#depth === 0 && inlineCost(source) > MAX_INLINE_COST);
    if (isTooMuch) {
      tokens.push({ type: "text", raw: source, text: source, escaped: false });
      return tokens;
    }
    this.#depth++;
    try {
      return super.inlineTokens(source, tokens);
    } finally {
      this.#depth--;
    }
  }
}

class BoundedTokenizer extends Tokenizer {
  #depth = 0;
  #lines = 0;
  #length = 0;
  #isTooMuch = false;

  override blockquote(source: string): Tokens.Blockquote | undefined {
    if (!this.rules.block.blockquote.test(source)) return undefined;
    return this.#within(source, QUOTE_END, () => super.blockquote(source));
  }

  override list(source: string): Tokens.List | undefined {
    if (!this.rules.block.list.test(source)) return undefined;
    return this.#within(source, LIST_END, () => super.list(source));
  }

  override table(source: string): Tokens.Table | undefined {
    const found = this.rules.block.table.exec(source);
    if (!found) return undefined;
    // Cut before its cells are: each of them would be read.
    return found[0].split("|").length > MAX_CELLS ? (toPlain(found[0]) as never) : super.table(source);
  }

  /** Beyond a limit nothing is a list or a quote any more, and the block it happens in is shown as it was written. */
  #within<T extends Token>(source: string, end: RegExp, read: () => T | undefined): T | undefined {
    if (this.#depth === 0) {
      const long = readLongRun(source, end);
      if (long !== null) return toPlain(long) as never;
    } else {
      this.#length += source.length;
      this.#lines += source.split("\n", MAX_NESTED_LINES).length;
      const isTooLong = this.#lines > MAX_NESTED_LINES || this.#length > MAX_NESTED_LENGTH;
      if (isTooLong || this.#depth >= MAX_DEPTH) {
        this.#isTooMuch = true;
        return undefined;
      }
    }
    const waiting = this.lexer.inlineQueue.length;
    this.#depth++;
    try {
      const token = read();
      if (this.#depth > 1 || !token || !this.#isTooMuch) return token;
      this.lexer.inlineQueue.length = waiting;
      return toPlain(token.raw) as never;
    } finally {
      this.#depth--;
      if (this.#depth === 0) {
        this.#isTooMuch = false;
        this.#lines = 0;
        this.#length = 0;
      }
    }
  }
}

/** A list ends at the latest where a line after a blank one is neither indented nor an item; a quote where one is blank. */
const LIST_END = /\n[ \t]*\n(?![ \t]|[-*+] |\d{1,9}[.)] |\n|$)/g;
const QUOTE_END = /\n[ \t]*\n/g;

/** The lines up to where a list or a quote must have ended, if they are too many; else null. */
function readLongRun(source: string, end: RegExp): string | null {
  let at = 0;
  for (let line = 0; line < MAX_LINES; line++) {
    at = source.indexOf("\n", at) + 1;
    if (at === 0) return null;
  }
  end.lastIndex = 0;
  const found = end.exec(source);
  if (!found) return source;
  return found.index < at ? null : source.slice(0, end.lastIndex);
}
