import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";

it.each([
  [Buffer.from(""), { text: "", encoding: "utf-8" }],
  [Buffer.from("\uFEFFü\r\n"), { text: "\uFEFFü\r\n", encoding: "utf-8" }],
  [Buffer.from("ü", "latin1"), { text: "ü", encoding: "windows-1252" }],
  [Buffer.from("\uFEFFü", "utf16le"), { text: "ü", encoding: "utf-16le" }],
  [Buffer.from([0xfe, 0xff, 0, 0xfc]), { text: "ü", encoding: "utf-16be" }],
  [Buffer.from([0x61, 0, 0x62]), null],
])("%j is read as %j", (bytes, expected) => expect(decodeText(bytes)).toEqual(expected));

it("W10 what is called UTF-8 encodes to exactly the same bytes again, whatever they are", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 24 }),
    fc.string({ unit: "binary", maxLength: 12 }).map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(bytes, (content) => {
      const decoded = decodeText(content);
      return decoded?.encoding !== "utf-8" || Buffer.from(decoded.text).equals(content);
    }),
  );
});
