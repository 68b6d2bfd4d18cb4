import fc from "fast-check";
import { expect, it } from "vitest";
import { toLines, toWholeText } from "./text-shape.ts";

it.each([
  ["", [""], false, "\n"],
  ["1\n2", ["1", "2"], false, "\n"],
  ["1\r\n2\r\n", ["1", "2", ""], false, "\r\n"],
  ["\uFEFF1\r\n", ["1", ""], true, "\r\n"],
  ["1\r\n2\n", ["1\r", "2", ""], false, "\n"],
  ["1\r2\r\n", ["1\r2\r", ""], false, "\n"],
  ["1\r2", ["1\r2"], false, "\n"],
] as const)("%j has the lines %j", (text, lines, hasMark, lineBreak) => {
  expect(toLines(text)).toEqual({ lines, shape: { hasMark, lineBreak } });
});

it("W11 any text comes together again exactly, and no line holds what separates lines", () => {
  const texts = fc
    .array(fc.constantFrom("\n", "\r", "\r\n", "\uFEFF", "a", "\u2028", "\u{1F600}"), { maxLength: 12 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const { lines, shape } = toLines(text);
      expect(toWholeText(lines, shape)).toBe(text);
      expect(lines.some((line) => line.includes(shape.lineBreak))).toBe(false);
    }),
  );
});
