import { toLanguage, type CodeLanguage } from "./code-language.ts";

/** One run of a line of code; `kind` names its colour, null means plain. */
export interface CodeToken {
  text: string;
  kind: string | null;
}

export type CodeLine = readonly CodeToken[];

/** A request to the highlighting worker. */
export interface HighlightRequest {
  id: number;
  code: string;
  language: CodeLanguage;
}
export interface HighlightAnswer {
  id: number;
  lines: readonly CodeLine[] | null;
}

/** Longer blocks stay plain and show only their beginning at first. In UTF-16 units. */
export const MAX_CHARS = 100_000;
/** Maximum runs of one colour in a block. Each run is an element, and drawing more freezes the page. */
const MAX_RUNS = 8_000;
/** Time limit of the worker, because a grammar's regular expression may never end. After it, pending blocks stay plain. */
const ANSWER_WITHIN_MS = 5_000;
/** Number of highlighted blocks kept, so that scrolling back to one shows its colours at once. */
const KEPT_BLOCKS = 200;

const known = new Map<string, readonly CodeLine[]>();
const asked = new Map<number, (lines: readonly CodeLine[] | null) => void>();
let worker: Worker | null = null;
let watchdog: ReturnType<typeof setTimeout> | undefined;
let lastId = 0;

const keyOf = (code: string, language: CodeLanguage) => `${language}\n${code}`;

/** The cached lines of a highlighted block, or null. `word` is the language after the fence. */
export function peekHighlight(code: string, word: string): readonly CodeLine[] | null {
  const language = toLanguage(word);
  return language === null ? null : (known.get(keyOf(code, language)) ?? null);
}

/** Highlights a block in the worker; null if there is no grammar or the code is too long. */
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

/** Leaves the pending blocks plain, and lets the next block start a new worker. */
function settleAll(): void {
  worker = null;
  for (const id of asked.keys()) settle(id, null);
}

function startWorker(): Worker {
  const started = new Worker(new URL("./highlight-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<HighlightAnswer>) => settle(data.id, data.lines));
  // The worker could not be loaded or crashed.
  started.addEventListener("error", settleAll);
  return started;
}

function settle(id: number, lines: readonly CodeLine[] | null): void {
  asked.get(id)?.(lines);
  asked.delete(id);
  // Blocks are highlighted one after another, so each answer restarts the time limit.
  clearTimeout(watchdog);
  watchdog = asked.size > 0 ? setTimeout(giveUp, ANSWER_WITHIN_MS) : undefined;
}

function keep(key: string, lines: readonly CodeLine[]): void {
  known.set(key, lines);
  const [oldest] = known.keys();
  if (known.size > KEPT_BLOCKS && oldest !== undefined) known.delete(oldest);
}

const countRuns = (lines: readonly CodeLine[]) => lines.reduce((sum, line) => sum + line.length, 0);
