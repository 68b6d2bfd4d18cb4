import fc from "fast-check";
import { expect, it } from "vitest";
import { cutText, cutTextStart, shorten } from "./cut-text.ts";

it.each([
  ["a😀b", 0, "", ""],
  ["a😀b", 1, "a", "b"],
  ["a😀b", 2, "a", "b"],
  ["a😀b", 3, "a😀", "😀b"],
  ["a😀b", 4, "a😀b", "a😀b"],
  ["", 3, "", ""],
])("%j at %i", (text, max, head, tail) => {
  expect(cutText(text, max)).toBe(head);
  expect(cutTextStart(text, max)).toBe(tail);
});

it("marks the cut, within the limit", () => {
  expect(shorten("abcdef", 4)).toBe("abc…");
  expect(shorten("ab😀cd", 4)).toBe("ab…");
  expect(shorten("abcd", 4)).toBe("abcd");
});

it("never splits a character, and keeps everything that fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-composite", maxLength: 40 }), fc.nat(50), (text, max) => {
      for (const cut of [cutText(text, max), cutTextStart(text, max), shorten(text, max + 1)]) {
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(max + 1);
      }
      expect(text.startsWith(cutText(text, max))).toBe(true);
      expect(text.endsWith(cutTextStart(text, max))).toBe(true);
      expect(Math.min(max, text.length) - cutText(text, max).length).toBeLessThanOrEqual(1);
    }),
  );
});
