import { expect, it } from "vitest";
import { toTitle } from "./to-title.ts";

it.each([
  ["Fix the parser", "Fix the parser"],
  ["\n\n  ---\n  Fix   the\tparser  \nbecause it fails", "Fix the parser"],
  ["", ""],
  [" \n ```\n", ""],
  ["Name\u202Egnp.exe", "Name gnp.exe"],
])("%j is titled %j", (prompt, title) => {
  expect(toTitle(prompt)).toBe(title);
});

it("cuts a long line between words, within the limit", () => {
  const title = toTitle("word ".repeat(100));
  expect(title.length).toBeLessThanOrEqual(80);
  expect(title).toMatch(/word…$/);
});

it("cuts a line without spaces without splitting a character", () => {
  const title = toTitle("a" + "😀".repeat(200));
  expect(title.length).toBeLessThanOrEqual(80);
  expect(title.isWellFormed()).toBe(true);
});
