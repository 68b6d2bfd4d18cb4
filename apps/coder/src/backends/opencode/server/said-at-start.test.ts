import { expect, it } from "vitest";
import { SaidAtStart } from "./said-at-start.ts";

const quote = (chunks: readonly string[], secrets: readonly string[] = []) => {
  const said = new SaidAtStart();
  for (const chunk of chunks) said.push(Buffer.from(chunk));
  return said.quote(secrets);
};

it.each<[string, readonly string[], string]>([
  ["nothing", [], ""],
  ["pieces of lines, with colours and empty lines", ["\u001b[31mErr", "or\u001b[0m: no\r\n\n", "  config\n"], "Error: no\nconfig"],
  [
    "many lines: the first",
    [Array.from({ length: 99 }, (_, n) => `line ${n}`).join("\n")],
    "line 0\nline 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7",
  ],
  ["a long line: its beginning", ["x".repeat(99_999)], "x".repeat(300)],
])("quotes %s", (_, chunks, quoted) => {
  expect(quote(chunks)).toBe(quoted);
});

it("quotes no password and no key", () => {
  expect(quote(["the key key-1234567 of sk-abcdefghijklmnop"], ["key-1234567"])).toBe("the key [redacted] of [redacted]");
});
