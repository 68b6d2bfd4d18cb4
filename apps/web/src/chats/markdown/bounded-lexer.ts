import { Lexer, Tokenizer, type Token, type Tokens } from "marked";
import { inlineCost } from "./inline-cost.ts";

/** Markdown that would take too long to parse or draw, shown as plain text. */
export interface PlainToken {
  type: "plain";
  raw: string;
}

/** Maximum nesting of lists and quotes. */
const MAX_DEPTH = 16;
/** Maximum lines of one list or quote. */
const MAX_LINES = 2_000;
/** Limits of one block's nested content, in lines and UTF-16 units, because the lexer reads it once per level of nesting. */
const MAX_NESTED_LINES = 10_000;
const MAX_NESTED_LENGTH = 1_000_000;
/** Maximum nesting of emphasis and links. */
const MAX_INLINE_DEPTH = 16;
const MAX_INLINE_COST = 8_000_000;
const MAX_CELLS = 2_000;
/** Maximum tokens of one block: about as many as a page can lay out without freezing. */
const MAX_BLOCK_TOKENS = 4_000;
/** Maximum length of a block, in UTF-16 units. Code fences are exempt, because they are folded when drawn. */
const MAX_BLOCK_LENGTH = 50_000;
/** Tokens a fence counts for, because it is drawn with a frame and a button. */
const FENCE_WEIGHT = 25;

/** Lexes any markdown in time linear in its length. A block that would take longer becomes a {@link PlainToken}. */
export function lexBounded(source: string): Token[] {
  try {
    return new BoundedLexer().lex(source).map((token) => (isTooMuch(token) ? toPlain(token.raw) : token));
  } catch {
    // If the lexer throws, the answer is still shown, as plain text.
    return [toPlain(source)];
  }
}

function isTooMuch(token: Token): boolean {
  return (token.type !== "code" && token.raw.length > MAX_BLOCK_LENGTH) || countTokens(token) > MAX_BLOCK_TOKENS;
}

/** Counts a token and its descendants, and stops once the limit is passed. */
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
    // Check the limit before the cells are lexed.
    return found[0].split("|").length > MAX_CELLS ? (toPlain(found[0]) as never) : super.table(source);
  }

  /** Stops recognising lists and quotes beyond a limit, so that the block is shown as plain text. */
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

/** A list ends at the latest at an unindented line after a blank one that is not an item; a quote ends at a blank line. */
const LIST_END = /\n[ \t]*\n(?![ \t]|[-*+] |\d{1,9}[.)] |\n|$)/g;
const QUOTE_END = /\n[ \t]*\n/g;

/** The text up to the latest end of a list or quote if it has too many lines, otherwise null. */
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
