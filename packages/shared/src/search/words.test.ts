import fc from "fast-check";
import { expect, it } from "vitest";
import { hasWords, toSearchWords, toSnippet } from "./words.ts";

it.each([
  ["fix  Login", { all: ["fix", "login"], indexed: ["fix", "login"] }],
  ["a of LOGIN login", { all: ["a", "of", "login"], indexed: ["login"] }],
  ["日本", { all: ["日本"], indexed: [] }],
  ['"quoted" OR', { all: ['"quoted"', "or"], indexed: ['"quoted"'] }],
])("splits %j", (query, words) => {
  expect(toSearchWords(query)).toEqual(words);
});

it.each([
  ["one line\nand the Needle in it", "needle", { before: "one line and the ", match: "Needle", after: " in it" }],
  [`${"a".repeat(100)} needle`, "needle", { before: `…${"a".repeat(39)} `, match: "needle", after: "" }],
  [`needle ${"b".repeat(200)}`, "needle", { before: "", match: "needle", after: ` ${"b".repeat(119)}…` }],
  ["b a", "a b", { before: "", match: "b", after: " a" }],
  ["nothing here", "needle", { before: "", match: "", after: "nothing here" }],
])("shows of %j for %j", (text, query, snippet) => {
  expect(toSnippet(text, toSearchWords(query))).toEqual(snippet);
});

it("a snippet holds a found word, is one short line, and splits no character", () => {
  const text = fc.string({ unit: "binary", maxLength: 400 }).map((raw) => raw.replaceAll(/[\ud800-\udfff]/g, "") + "🦊".repeat(30));
  fc.assert(
    fc.property(text, text, fc.constantFrom("needle", "🦊", "ž"), (before, after, word) => {
      const words = toSearchWords(word);
      const whole = before + word + after;
      const snippet = toSnippet(whole, words);
      const shown = snippet.before + snippet.match + snippet.after;
      expect(hasWords(whole, words)).toBe(true);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).not.toMatch(/[\n\r\t]/);
      expect(shown.length).toBeLessThan(200);
      expect([word, ""]).toContain(snippet.match.toLowerCase());
    }),
  );
});
