import { expect, it } from "vitest";
import { toFileLanguage, toLanguage } from "./code-language.ts";

it.each([
  ["ts", "typescript"],
  ["TypeScript", "typescript"],
  ["c++", "cpp"],
  ["sh", "bash"],
  ["rust", "rust"],
  ["", null],
  ["text", null],
  ["constructor", null],
])("%j is written in %j", (word, expected) => {
  expect(toLanguage(word)).toBe(expected);
});

it.each([
  ["src/a.tsx", "tsx"],
  ["Dockerfile", "docker"],
  ["deep/.bashrc", "bash"],
  ["tsconfig.json", "jsonc"],
  ["a.b/README", null],
  [".ts", null],
  ["constructor", null],
])("%j holds %j", (path, expected) => {
  expect(toFileLanguage(path)).toBe(expected);
});
