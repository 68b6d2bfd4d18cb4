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

/** Beyond this a block stays plain, and is shown by its beginning: nobody reads it for its colours. In UTF-16 units. */
export const MAX_CHARS = 100_000;
/** Runs of one colour in a block. Each is an element, and a page of more stands still while it draws them. */
const MAX_RUNS = 8_000;
/** An expression of a grammar's may take longer than anybody lives: then the worker is ended, and what it had to do stays plain. */
const ANSWER_WITHIN_MS = 5_000;
/** Blocks whose colours are kept, so that scrolling back to one shows it as it was. */
const KEPT_BLOCKS = 200;

const known = new Map<string, readonly CodeLine[]>();
const asked = new Map<number, (lines: readonly CodeLine[] | null) => void>();
let worker: Worker | null = null;
let watchdog: ReturnType<typeof setTimeout> | undefined;
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
  const coloured = await ask(code, language);
  const lines = coloured && countRuns(coloured) <= MAX_RUNS ? coloured : null;
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
    watchdog ??= setTimeout(giveUp, ANSWER_WITHIN_MS);
  });
}

function giveUp(): void {
  watchdog = undefined;
  worker?.terminate();
  settleAll();
}

/** What was asked stays plain, and the next block starts another worker. */
function settleAll(): void {
  worker = null;
  for (const id of asked.keys()) settle(id, null);
}

function startWorker(): Worker {
  const started = new Worker(new URL("./highlight-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<HighlightAnswer>) => settle(data.id, data.lines));
  // It could not be loaded, or fell over.
  started.addEventListener("error", settleAll);
  return started;
}

function settle(id: number, lines: readonly CodeLine[] | null): void {
  asked.get(id)?.(lines);
  asked.delete(id);
  // Blocks are coloured one after the other: each answer is the beginning of the next one's time.
  clearTimeout(watchdog);
  watchdog = asked.size > 0 ? setTimeout(giveUp, ANSWER_WITHIN_MS) : undefined;
}

function keep(key: string, lines: readonly CodeLine[]): void {
  known.set(key, lines);
  const [oldest] = known.keys();
  if (known.size > KEPT_BLOCKS && oldest !== undefined) known.delete(oldest);
}

const countRuns = (lines: readonly CodeLine[]) => lines.reduce((sum, line) => sum + line.length, 0);
