import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "@shikijs/core";
import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";
import type { CodeLanguage } from "./code-language.ts";
import type { CodeLine, HighlightAnswer, HighlightRequest } from "./highlight.ts";

/** The grammars, each in its own file that is loaded on first use. */
const GRAMMARS: Readonly<Record<CodeLanguage, () => Promise<{ default: unknown }>>> = {
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

/** The highlighter, with the JavaScript engine, because the page's content security policy forbids WebAssembly. */
const highlighter: Promise<HighlighterCore> = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: "css-variables", variablePrefix: "--shiki-", fontStyle: false })],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
});
/** Longer or slower lines stay plain; a line this long is generated. In UTF-16 units and milliseconds. */
const LINE_LIMITS = { tokenizeMaxLineLength: 5_000, tokenizeTimeLimit: 1_000 };
const loading = new Map<CodeLanguage, Promise<void>>();

// Code is tokenised in this worker, because compiling a grammar alone takes longer than a frame.
self.addEventListener("message", ({ data }: MessageEvent<HighlightRequest>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has only one page to answer
  void answer(data).then((lines) => self.postMessage({ id: data.id, lines } satisfies HighlightAnswer));
});

async function answer({ code, language }: HighlightRequest): Promise<CodeLine[] | null> {
  try {
    const shiki = await highlighter;
    const loaded = loading.get(language) ?? GRAMMARS[language]().then((grammar) => shiki.loadLanguage(grammar.default as never));
    loading.set(language, loaded);
    await loaded;
    const { tokens } = shiki.codeToTokens(code, { lang: language, theme: "css-variables", ...LINE_LIMITS });
    return tokens.map((line) => line.map((token) => ({ text: token.content, kind: toKind(token.color) })));
  } catch {
    // If the grammar fails to load or to parse the code, the code stays plain.
    loading.delete(language);
    return null;
  }
}

/** `var(--shiki-token-keyword)` → `keyword`. */
function toKind(colour: string | undefined): string | null {
  return /^var\(--shiki-token-([a-z-]+)\)$/.exec(colour ?? "")?.[1] ?? null;
}
