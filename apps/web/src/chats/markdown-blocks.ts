import { Lexer, type Token, type TokensList } from "marked";
import remend from "remend";

/** A piece of markdown that stands on its own: a paragraph, a list, a fence. Keeps its identity while its text stays. */
export interface MarkdownBlock {
  /** Where its source begins, in UTF-16 units: its key. */
  start: number;
  source: string;
  token: Token;
}

/** Markdown read so far, to be read on from. */
export interface ParsedMarkdown {
  text: string;
  blocks: readonly MarkdownBlock[];
}

const OPTIONS = { gfm: true } as const;
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;

export const EMPTY_MARKDOWN: ParsedMarkdown = { text: "", blocks: [] };

/**
 * Reads markdown that grows: only what could still change is read again, and blocks before it keep their identity.
 *
 * `isStreaming` closes what is open at the end (a `**` without its pair), so that text does not change its looks twice.
 */
export function readMarkdown(previous: ParsedMarkdown, source: string, isStreaming: boolean): ParsedMarkdown {
  const text = source.includes("\r") ? source.replaceAll("\r\n", "\n").replaceAll("\r", "") : source;
  // A definition at the end gives meaning to links anywhere before it.
  const isWhole = !isStreaming && DEFINITION.test(text);
  const kept = !isWhole && text.startsWith(previous.text) ? keepSettled(previous.blocks) : [];
  const last = kept.at(-1);
  const from = last ? last.start + last.source.length : 0;
  return { text, blocks: [...kept, ...readFrom(text, from, isStreaming)] };
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

function readFrom(text: string, from: number, isStreaming: boolean): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let start = from;
  for (const token of lex(text.slice(from))) {
    const last = blocks.at(-1);
    // Blank lines belong to the block before them: they separate, and draw nothing.
    if (token.type === "space" && last) last.source += token.raw;
    else if (token.type !== "space" || from === 0) blocks.push({ start, source: token.raw, token });
    start += token.raw.length;
  }
  const last = blocks.at(-1);
  if (isStreaming && last && last.token.type !== "code") {
    const closed = remend(last.source, { linkMode: "text-only", katex: false });
    if (closed !== last.source) last.token = lex(closed)[0] ?? last.token;
  }
  return blocks;
}

function lex(source: string): TokensList {
  return new Lexer(OPTIONS).lex(source);
}

/** Reads one text as it grows. The same text gives the same object. */
export class MarkdownReader {
  #source = "";
  #parsed = EMPTY_MARKDOWN;
  #wasStreaming = true;

  read(text: string, isStreaming: boolean): ParsedMarkdown {
    if (text !== this.#source || isStreaming !== this.#wasStreaming) {
      this.#parsed = readMarkdown(this.#parsed, text, isStreaming);
      this.#source = text;
      this.#wasStreaming = isStreaming;
    }
    return this.#parsed;
  }
}

/** Texts whose blocks are kept, so that scrolling back to one does not read it again. */
const KEPT_TEXTS = 200;
const readers = new Map<string, MarkdownReader>();

/** The reader of the text called `id`: the same one each time, as long as it is among those used last. */
export function markdownReaderOf(id: string): MarkdownReader {
  const reader = readers.get(id) ?? new MarkdownReader();
  readers.delete(id);
  readers.set(id, reader);
  const [oldest] = readers.keys();
  if (readers.size > KEPT_TEXTS && oldest !== undefined) readers.delete(oldest);
  return reader;
}
