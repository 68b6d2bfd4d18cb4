import { EMPTY_MARKDOWN, readMarkdown, type CloseMarkup, type ParsedMarkdown } from "./markdown-blocks.ts";

let close: CloseMarkup = (source) => source;
let loading: Promise<void> | null = null;

/** Only text that streams needs it, so it is no part of what a page must load before it shows a chat. */
function loadClosing(): void {
  loading ??= import("remend").then(
    ({ default: remend }) => {
      close = (source) => remend(source, { linkMode: "text-only", katex: false });
    },
    () => {
      // Without it a `**` shows until its pair has come.
    },
  );
}

/** Reads one text as it grows. The same text gives the same object. */
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
