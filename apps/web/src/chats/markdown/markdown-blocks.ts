import type { Token } from "marked";
import { countTokens, lexBounded, type PlainToken } from "./bounded-lexer.ts";

/** A top-level block of markdown: a paragraph, a list, a fence. The object stays the same while its text does. */
export interface MarkdownBlock {
  /** Offset of its source in UTF-16 units, used as its key. */
  start: number;
  source: string;
  token: Token | PlainToken;
  /** Number of tokens to draw up to its end. */
  drawn: number;
}

/** The markdown parsed so far, from which parsing continues. */
export interface ParsedMarkdown {
  text: string;
  blocks: readonly MarkdownBlock[];
}

/** Closes open markup at the end of a text: `**bo` → `**bo**`. */
export type CloseMarkup = (source: string) => string;

const DEFINITION = /^ {0,3}\[[^\]\n]{1,999}\]:/m;
/** Maximum tokens of one text. The rest is shown as one plain block. */
const MAX_TEXT_TOKENS = 10_000;
/** A plain block of this length is not parsed again for each word added while it streams. In UTF-16 units. */
const LONG_PLAIN = 20_000;

export const EMPTY_MARKDOWN: ParsedMarkdown = { text: "", blocks: [] };

/**
 * Parses growing markdown. Only blocks that can still change are parsed again; the objects of earlier blocks are kept.
 *
 * While the text streams, `close` closes open markup at its end, so that text does not change its look twice; null if it is complete.
 */
export function readMarkdown(previous: ParsedMarkdown, source: string, close: CloseMarkup | null): ParsedMarkdown {
  const text = source.includes("\r") ? source.replaceAll("\r\n", "\n").replaceAll("\r", "") : source;
  // A link definition at the end can change links anywhere before it.
  const isWhole = close === null && DEFINITION.test(text);
  const kept = !isWhole && text.startsWith(previous.text) ? keepSettled(previous.blocks) : [];
  const open = previous.blocks.at(-1);
  if (close && kept.length > 0 && open?.token.type === "plain" && open.source.length > LONG_PLAIN) {
    const source = text.slice(open.start);
    return { text, blocks: [...previous.blocks.slice(0, -1), { ...open, source, token: { type: "plain", raw: source } }] };
  }
  const last = kept.at(-1);
  const from = last ? last.start + last.source.length : 0;
  return { text, blocks: [...kept, ...readFrom(text, from, last?.drawn ?? 0, close)] };
}

/**
 * The blocks that no later text can change. The last block can still change. So can a block without a blank line
 * before the next one, because the line that seemed to begin a new block may turn out to continue it; and so can a list,
 * which absorbs the next block if that turns out to be an item.
 */
function keepSettled(blocks: readonly MarkdownBlock[]): readonly MarkdownBlock[] {
  let end = blocks.length - 1;
  while (end > 0 && mayContinue(blocks[end - 1])) end -= 1;
  return end > 0 ? blocks.slice(0, end) : [];
}

const mayContinue = (block: MarkdownBlock | undefined) => block?.token.type === "list" || !/\n[ \t]*\n[ \t]*$/.test(block?.source ?? "");

function readFrom(text: string, from: number, drawnBefore: number, close: CloseMarkup | null): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let start = from;
  let drawn = drawnBefore;
  for (const token of lexBounded(text.slice(from))) {
    const last = blocks.at(-1);
    // Blank lines are separators that draw nothing, so they belong to the block before them.
    if (token.type === "space" && last) last.source += token.raw;
    else if (token.type !== "space" || from === 0) {
      drawn += countTokens(token);
      if (drawn > MAX_TEXT_TOKENS) {
        const source = text.slice(start);
        return [...blocks, { start, source, token: { type: "plain", raw: source }, drawn }];
      }
      blocks.push({ start, source: token.raw, token, drawn });
    }
    start += token.raw.length;
  }
  const last = blocks.at(-1);
  if (close && last && last.token.type !== "code" && last.token.type !== "plain") {
    const closed = close(last.source);
    if (closed !== last.source) last.token = lexBounded(closed)[0] ?? last.token;
  }
  return blocks;
}
