import fc from "fast-check";
import { expect, it } from "vitest";
import { OutputWindow } from "./output-window.ts";

function read(text: string, maxBytes: number, pieceSize: number) {
  const window = new OutputWindow(maxBytes);
  const bytes = Buffer.from(text);
  const seen: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    window.push(bytes.subarray(at, at + pieceSize));
    seen.push(window.read());
  }
  return seen;
}

it("cuts no character, whatever the pieces and the limit, while it comes and at its end", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.integer({ min: 8, max: 80 }),
      fc.integer({ min: 1, max: 9 }),
      (text, max, size) => {
        const plain = text.replaceAll("\uFFFD", "");
        for (const shown of read(plain, max, size)) expect(shown).not.toContain("\uFFFD");
        expect(read(plain, 10_000, size).at(-1) ?? "").toBe(plain);
      },
    ),
  );
});

it("keeps both ends of four-byte characters whole", () => {
  expect(read(`a${"😀".repeat(40)}`, 32, 1_000).at(-1)).toBe("a😀😀😀\n[… 129 bytes left out …]\n😀😀😀😀");
});

it("shows invalid UTF-8 as replacement characters", () => {
  const window = new OutputWindow(100);
  window.push(Buffer.from([0x61, 0xff, 0x62]));
  expect(window.read()).toBe("a\uFFFDb");
});
