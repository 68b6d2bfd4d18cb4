import { expect, it } from "vitest";
import { showHidden } from "./show-hidden.ts";

it.each([
  ["plain", "npm test -- 'a b'\n\tcafé 😀", "npm test -- 'a b'\n\tcafé 😀"],
  ["turned around", "rm \u202egpj.x", "rm ‹U+202E›gpj.x"],
  ["no width", "r\u200bm", "r‹U+200B›m"],
  ["a terminal's escape", "\u001b[8mrm", "‹U+001B›[8mrm"],
  ["a return that would overwrite", "rm\rls", "rm‹U+000D›ls"],
  ["tags", "a\u{e0041}b", "a‹U+E0041›b"],
])("%s", (_, text, shown) => {
  expect(showHidden(text)).toBe(shown);
});
