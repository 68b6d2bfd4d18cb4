import { expect, it } from "vitest";
import { toLanguage } from "./code-language.ts";

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
