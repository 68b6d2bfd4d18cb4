import { expect, it } from "vitest";
import { toPasted } from "./to-pasted.ts";

it.each([
  ["plain text of any script", "é 日本 🙂 e\u0301", "é 日本 🙂 e\u0301"],
  ["tabs and line ends", "a\tb\r\nc\nd\re", "a\tb\r\nc\nd\re"],
  ["the end of a bracketed paste", "x\u001b[201~;touch /tmp/owned\u000f", "x[201~;touch /tmp/owned"],
  ["its eight-bit form", "x\u009b201~y", "x201~y"],
  ["keys: interrupt, end of input, search, delete", "a\u0003b\u0004c\u0012d\u007fe\u0008", "abcde"],
  ["other ends of a line", "a\u000bb\u000cc\u0085d\u0000", "abcd"],
])("pastes %s", (_, clipboard, pasted) => {
  expect(toPasted(clipboard)).toBe(pasted);
  expect(toPasted(pasted)).toBe(pasted);
});
