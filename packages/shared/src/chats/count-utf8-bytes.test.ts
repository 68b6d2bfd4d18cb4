import * as fc from "fast-check";
import { expect, it } from "vitest";
import { countUtf8Bytes } from "./count-utf8-bytes.ts";

it.each([
  { text: "", bytes: 0 },
  { text: "a\u007f", bytes: 2 },
  { text: "\u0080é\u07ff", bytes: 6 },
  { text: "\u0800€\uffff", bytes: 9 },
  { text: "😀", bytes: 4 },
  { text: "\ud83d", bytes: 3 },
  { text: "\ude00a", bytes: 4 },
])("$text takes $bytes", ({ text, bytes }) => {
  expect(countUtf8Bytes(text)).toBe(bytes);
});

it("agrees with the encoder for any text, lone surrogates included", () => {
  const arbitraryText = fc.array(fc.oneof(fc.nat(0x10ffff), fc.nat(0x7ff))).map((points) => String.fromCodePoint(...points));
  fc.assert(
    fc.property(arbitraryText, fc.nat(50), (text, cut) => {
      expect(countUtf8Bytes(text.slice(cut))).toBe(Buffer.byteLength(text.slice(cut), "utf8"));
    }),
  );
});
