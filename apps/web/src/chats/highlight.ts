import type { HighlighterCore, GrammarState } from "@shikijs/core";

/** One run of a line of code; `kind` names its colour, null is plain. */
export interface CodeToken {
  text: string;
  kind: string | null;
}

/** A line at a time, so that a fence still being written can grow. */
export type CodeLine = readonly CodeToken[];

/** Beyond this a block stays plain: nobody reads it for its colours. */
const MAX_CHARS = 200_000;
const SLICE_LINES = 80;

/** Grammars by the names people write after a fence. Each is its own file, loaded when first asked for. */
const GRAMMARS: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {
  typescript: () => import("@shikijs/langs/typescript"),
  tsx: () => import("@shikijs/langs/tsx"),
  javascript: () => import("@shikijs/langs/javascript"),
  jsx: () => import("@shikijs/langs/jsx"),
  json: () => import("@shikijs/langs/json"),
  jsonc: () => import("@shikijs/langs/jsonc"),
  html: () => import("@shikijs/langs/html"),
  css: () => import("@shikijs/langs/css"),
  markdown: () => import("@shikijs/langs/markdown"),
  bash: () => import("@shikijs/langs/bash"),
  python: () => import("@shikijs/langs/python"),
  go: () => import("@shikijs/langs/go"),
  rust: () => import("@shikijs/langs/rust"),
  c: () => import("@shikijs/langs/c"),
  cpp: () => import("@shikijs/langs/cpp"),
  java: () => import("@shikijs/langs/java"),
  ruby: () => import("@shikijs/langs/ruby"),
  php: () => import("@shikijs/langs/php"),
  sql: () => import("@shikijs/langs/sql"),
  yaml: () => import("@shikijs/langs/yaml"),
  toml: () => import("@shikijs/langs/toml"),
  diff: () => import("@shikijs/langs/diff"),
  docker: () => import("@shikijs/langs/docker"),
};

const ALIASES: Readonly<Record<string, string>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  node: "javascript",
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  console: "bash",
  py: "python",
  rs: "rust",
  "c++": "cpp",
  h: "c",
  hpp: "cpp",
  rb: "ruby",
  yml: "yaml",
  md: "markdown",
  patch: "diff",
  dockerfile: "docker",
  golang: "go",
  htm: "html",
  xml: "html",
  svg: "html",
};

/** The grammar for a fence's word or a file's ending, or null where we have none. */
export function toLanguage(word: string): string | null {
  const name = word.toLowerCase();
  const language = ALIASES[name] ?? name;
  return Object.hasOwn(GRAMMARS, language) ? language : null;
}

let highlighter: Promise<HighlighterCore> | null = null;
const loading = new Map<string, Promise<void>>();

/**
 * Tokens of `code`, in slices with a pause between them so that no frame is missed. Null where there is no grammar, the code is too
 * long, or `signal` was aborted meanwhile.
 */
export async function highlightCode(code: string, word: string, signal: AbortSignal): Promise<CodeLine[] | null> {
  const language = toLanguage(word);
  if (language === null || code.length > MAX_CHARS) return null;
  const shiki = await loadGrammar(language);
  const lines = code.split("\n");
  const tokens: CodeLine[] = [];
  let state: GrammarState | undefined;
  for (let at = 0; at < lines.length; at += SLICE_LINES) {
    if (at > 0) await pause();
    if (signal.aborted) return null;
    const slice = lines.slice(at, at + SLICE_LINES).join("\n");
    const result = shiki.codeToTokens(slice, { lang: language, theme: "css-variables", ...(state ? { grammarState: state } : {}) });
    state = result.grammarState;
    for (const line of result.tokens) tokens.push(line.map((token) => ({ text: token.content, kind: toKind(token.color) })));
  }
  return tokens;
}

/** `var(--shiki-token-keyword)` → `keyword`. */
function toKind(colour: string | undefined): string | null {
  return /^var\(--shiki-token-([a-z-]+)\)$/.exec(colour ?? "")?.[1] ?? null;
}

async function loadGrammar(language: string): Promise<HighlighterCore> {
  highlighter ??= openHighlighter();
  const shiki = await highlighter;
  const known = loading.get(language);
  const loaded = known ?? GRAMMARS[language]?.().then((grammar) => shiki.loadLanguage(grammar.default as never));
  if (loaded && !known) loading.set(language, loaded);
  await loaded;
  return shiki;
}

/** With the engine that needs no WebAssembly: the page's content security policy has no place for it. */
async function openHighlighter(): Promise<HighlighterCore> {
  const [{ createHighlighterCore, createCssVariablesTheme }, { createJavaScriptRegexEngine }] = await Promise.all([
    import("@shikijs/core"),
    import("@shikijs/engine-javascript"),
  ]);
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: "css-variables", variablePrefix: "--shiki-", fontStyle: false })],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve));
