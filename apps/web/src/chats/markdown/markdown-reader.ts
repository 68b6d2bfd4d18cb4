import { EMPTY_MARKDOWN, readMarkdown, type CloseMarkup, type ParsedMarkdown } from "./markdown-blocks.ts";

let close: CloseMarkup = (source) => source;
let loading: Promise<void> | null = null;

/** Loads the code that closes open markup. Only streaming text needs it, so it is not loaded before a chat is shown. */
function loadClosing(): void {
  loading ??= import("remend").then(
    ({ default: remend }) => {
      close = (source) => remend(source, { linkMode: "text-only", katex: false });
    },
    () => {
      // If the code fails to load, a `**` is visible until its closing pair arrives.
    },
  );
}

/** Parses one growing text. The same text returns the same object. */
export class MarkdownReader {
  #source = "";
  #parsed = EMPTY_MARKDOWN;
  #wasStreaming = true;

  read(text: string, isStreaming: boolean): ParsedMarkdown {
    if (isStreaming) loadClosing();
    if (text !== this.#source || isStreaming !== this.#wasStreaming) {
      this.#parsed = readMarkdown(this.#parsed, text, isStreaming ? close : null);
      this.#source = text;
      this.#wasStreaming = isStreaming;
    }
    return this.#parsed;
  }
}

/** Number of texts whose blocks are kept, so that scrolling back does not parse them again. */
const KEPT_TEXTS = 200;
const readers = new Map<string, MarkdownReader>();

/** The reader of the text `id`, kept in a cache of the most recently used ones. */
export function markdownReaderOf(id: string): MarkdownReader {
  const reader = readers.get(id) ?? new MarkdownReader();
  readers.delete(id);
  readers.set(id, reader);
  const [oldest] = readers.keys();
  if (readers.size > KEPT_TEXTS && oldest !== undefined) readers.delete(oldest);
  return reader;
}
