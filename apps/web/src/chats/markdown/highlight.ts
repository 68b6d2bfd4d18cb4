import { toLanguage, type CodeLanguage } from "./code-language.ts";

/** One run of a line of code; `kind` names its colour, null is plain. */
export interface CodeToken {
  text: string;
  kind: string | null;
}

export type CodeLine = readonly CodeToken[];

/** What the page asks its worker, and what that answers: no lines where it could not. */
export interface HighlightRequest {
  id: number;
  code: string;
  language: CodeLanguage;
}
export interface HighlightAnswer {
  id: number;
  lines: readonly CodeLine[] | null;
}

/** Beyond this a block stays plain: nobody reads it for its colours. In UTF-16 units. */
const MAX_CHARS = 100_000;
/** Blocks whose colours are kept, so that scrolling back to one shows it as it was. */
const KEPT_BLOCKS = 200;

const known = new Map<string, readonly CodeLine[]>();
const asked = new Map<number, (lines: readonly CodeLine[] | null) => void>();
let worker: Worker | null = null;
let lastId = 0;

const keyOf = (code: string, language: CodeLanguage) => `${language}\n${code}`;

/** The lines of a block that was coloured before, or null. `word` is what stands after the fence. */
export function peekHighlight(code: string, word: string): readonly CodeLine[] | null {
  const language = toLanguage(word);
  return language === null ? null : (known.get(keyOf(code, language)) ?? null);
}

/** The lines of a block with their colours, from the worker; null where there is no grammar or the code is too long. */
export async function highlightCode(code: string, word: string): Promise<readonly CodeLine[] | null> {
  const language = toLanguage(word);
  if (language === null || code.length > MAX_CHARS) return null;
  const before = peekHighlight(code, word);
  if (before) return before;
  const lines = await ask(code, language);
  if (lines) keep(keyOf(code, language), lines);
  return lines;
}

function ask(code: string, language: CodeLanguage): Promise<readonly CodeLine[] | null> {
  worker ??= startWorker();
  const id = ++lastId;
  return new Promise((resolve) => {
    asked.set(id, resolve);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin of its own
    worker?.postMessage({ id, code, language } satisfies HighlightRequest);
  });
}

function startWorker(): Worker {
  const started = new Worker(new URL("./highlight-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<HighlightAnswer>) => settle(data.id, data.lines));
  // It could not be loaded, or fell over: what was asked stays plain, and the next block starts another.
  started.addEventListener("error", () => {
    worker = null;
    for (const id of asked.keys()) settle(id, null);
  });
  return started;
}

function settle(id: number, lines: readonly CodeLine[] | null): void {
  asked.get(id)?.(lines);
  asked.delete(id);
}

function keep(key: string, lines: readonly CodeLine[]): void {
  known.set(key, lines);
  const [oldest] = known.keys();
  if (known.size > KEPT_BLOCKS && oldest !== undefined) known.delete(oldest);
}
