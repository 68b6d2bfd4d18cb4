import type { Token } from "marked";
import { countTokens, lexBounded, type PlainToken } from "./bounded-lexer.ts";

/** A piece of markdown that stands on its own: a paragraph, a list, a fence. Keeps its identity while its text stays. */
export interface MarkdownBlock {
  /** Where its source begins, in UTF-16 units: its key. */
  start: number;
  source: string;
  token: Token | PlainToken;
  /** How much there is to draw up to its end, in tokens. */
  drawn: number;
}

/** Markdown read so far, to be read on from. */
export interface ParsedMarkdown {
  text: string;
  blocks: readonly MarkdownBlock[];
}

/** Gives open markup at the end of a text its end: `**bo` → `**bo**`. */
export type CloseMarkup = (source: string) => string;

const DEFINITION = /^ {0,3}\[[^\]\n]{1,999}\]:/m;
/** Of one text. What comes after is shown as it was written, in one block. */
const MAX_TEXT_TOKENS = 10_000;
/** A plain block of this length is not read again for each word that is added to it while it streams. In UTF-16 units. */
const LONG_PLAIN = 20_000;

export const EMPTY_MARKDOWN: ParsedMarkdown = { text: "", blocks: [] };

/**
 * Reads markdown that grows: only what could still change is read again, and blocks before it keep their identity.
 *
 * While it streams, `close` ends what is open at the end, so that text does not change its looks twice; null where it is whole.
 */
export function readMarkdown(previous: ParsedMarkdown, source: string, close: CloseMarkup | null): ParsedMarkdown {
  const text = source.includes("\r") ? source.replaceAll("\r\n", "\n").replaceAll("\r", "") : source;
  // A definition at the end gives meaning to links anywhere before it.
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
 * The blocks that no later text can change. The last one is open. So is one that touches the block after it without a
 * blank line between, because a line that looked like a beginning may yet turn out to continue it; and so is a list,
 * which takes in the next block once that turns out to be an item.
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
    // Blank lines belong to the block before them: they separate, and draw nothing.
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
