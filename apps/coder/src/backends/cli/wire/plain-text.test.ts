import fc from "fast-check";
import { expect, it } from "vitest";
import { PlainText } from "./plain-text.ts";

function read(bytes: Uint8Array, size = bytes.length): string {
  const text = new PlainText();
  let said = "";
  for (let from = 0; from < bytes.length; from += size) said += text.push(bytes.subarray(from, from + size));
  return said + text.end();
}

it.each([
  ["text", "as it is\n", "as it is\n"],
  ["colours", "\u001b[1;31mred\u001b[0m", "red"],
  ["a title, ended by a bell", "\u001b]0;title\u0007text", "text"],
  ["a link, ended by a terminator", "\u001b]8;;http://a\u001b\\text\u001b]8;;\u001b\\", "text"],
  ["line ends as on Windows", "one\r\ntwo\rthree\r", "one\ntwo\rthree\r"],
  ["an escape that never ends", "end\u001b[31", "end\u001b[31"],
])("reads %s", (_, written, said) => {
  expect(read(Buffer.from(written))).toBe(said);
});

it("reads the same, whatever the pieces are", () => {
  const piece = fc.constantFrom("a", "é", "🦉", "\r", "\n", "\u001b[1m", "\u001b]0;t\u0007", "\u001b]0;t\u001b\\", "\u001b", "[", "0m");
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      const bytes = Buffer.from(pieces.join(""));
      expect(read(bytes, size)).toBe(read(bytes));
    }),
    { numRuns: 500 },
  );
});
