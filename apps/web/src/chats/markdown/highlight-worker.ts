import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "@shikijs/core";
import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";
import type { CodeLanguage } from "./code-language.ts";
import type { CodeLine, HighlightAnswer, HighlightRequest } from "./highlight.ts";

/** Each grammar is its own file, loaded when first asked for. */
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

/** With the engine that needs no WebAssembly: the page's content security policy has no place for it. */
const highlighter: Promise<HighlighterCore> = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: "css-variables", variablePrefix: "--shiki-", fontStyle: false })],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
});
/** A line longer than this was not written by anybody; it stays plain. In UTF-16 units, and milliseconds. */
const LINE_LIMITS = { tokenizeMaxLineLength: 5_000, tokenizeTimeLimit: 200 };
const loading = new Map<CodeLanguage, Promise<void>>();

// Code is split into tokens here, beside the page's thread: compiling a grammar alone takes longer than a frame.
self.addEventListener("message", ({ data }: MessageEvent<HighlightRequest>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has but one page to answer
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
    // A grammar that does not load or does not understand leaves the code as it is: plain.
    loading.delete(language);
    return null;
  }
}

/** `var(--shiki-token-keyword)` → `keyword`. */
function toKind(colour: string | undefined): string | null {
  return /^var\(--shiki-token-([a-z-]+)\)$/.exec(colour ?? "")?.[1] ?? null;
}
