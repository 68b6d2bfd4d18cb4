import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import { expect, it } from "vitest";
import { parseGrep } from "./parse-grep.ts";

/** A line as git prints it. */
const printed = (path: string, line: number, column: number, text: string) => [path, line, column, text].join("\0") + "\n";
const parse = (text: string, { limit = 10, isCut = false } = {}) => parseGrep(Buffer.from(text), limit, isCut);

it("joins the lines of a file, counts columns in characters, and keeps odd names and text", () => {
  const output = [printed("a:1 \n.txt", 1, 4, "é\0foo"), printed("a:1 \n.txt", 12, 1, "foo\r"), printed("b", 3, 2, " foo: x")].join("");
  expect(parse(output)).toEqual({
    files: [
      {
        path: "a:1 \n.txt",
        lines: [
          { line: 1, column: 3, text: "é\0foo", at: 2 },
          { line: 12, column: 1, text: "foo", at: 0 },
        ],
      },
      { path: "b", lines: [{ line: 3, column: 2, text: " foo: x", at: 1 }] },
    ],
    isCut: false,
  });
  expect(parse("")).toEqual({ files: [], isCut: false });
});

it("shows of a long line what is around the match", () => {
  const { files } = parse(printed("a", 1, 1_001, `${"x".repeat(1_000)}foo${"y".repeat(1_000)}`));
  const { text, at, column } = files[0]!.lines[0]!;
  expect([text.length, text.slice(at, at + 3), column]).toEqual([FILE_LIMITS.lineCharacters, "foo", 1_001]);
});

it("leaves out names that are no text, and says of a limit and of an end that is missing that there is more", () => {
  const line = (path: string) => Buffer.from(printed(path, 1, 1, "foo"), "latin1");
  const output = Buffer.concat([line("\xe4"), line("a"), line("b")]);
  const pathsOf = ({ files }: ReturnType<typeof parseGrep>) => files.map(({ path }) => path);
  expect(pathsOf(parseGrep(output, 10, false))).toEqual(["a", "b"]);
  expect([pathsOf(parseGrep(output, 1, false)), parseGrep(output, 1, false).isCut]).toEqual([["a"], true]);
  for (let end = 1; end < output.length; end++) {
    const cut = parseGrep(output.subarray(0, end), 10, true);
    expect(cut.isCut, String(end)).toBe(true);
    expect(["a", "b"].slice(0, pathsOf(cut).length)).toEqual(pathsOf(cut));
  }
});
