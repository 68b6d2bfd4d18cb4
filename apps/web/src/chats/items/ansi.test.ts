import { describe, expect, it } from "vitest";
import { parseAnsi, stripAnsi } from "./ansi.ts";

const ESC = "\u001b";
const show = (output: string) =>
  parseAnsi(output).map((span) => [
    span.text,
    [
      span.colour,
      span.background && `on ${span.background}`,
      span.isBold && "bold",
      span.isDim && "dim",
      span.isItalic && "italic",
      span.isUnderlined && "under",
    ]
      .filter(Boolean)
      .join(" "),
  ]);

describe("parseAnsi", () => {
  it.each([
    ["plain", [["plain", ""]]],
    [
      `${ESC}[31mred${ESC}[0m rest`,
      [
        ["red", "var(--ansi-1)"],
        [" rest", ""],
      ],
    ],
    [
      `${ESC}[1;92mok${ESC}[22m no${ESC}[39m`,
      [
        ["ok", "var(--ansi-10) bold"],
        [" no", "var(--ansi-10)"],
      ],
    ],
    [
      `${ESC}[38;5;196mx${ESC}[48;5;244my`,
      [
        ["x", "rgb(255 0 0)"],
        ["y", "rgb(255 0 0) on rgb(128 128 128)"],
      ],
    ],
    [`${ESC}[38;2;1;2;300mx`, [["x", "rgb(1 2 255)"]]],
    [
      `${ESC}[mx${ESC}[2;3;4my`,
      [
        ["x", ""],
        ["y", "dim italic under"],
      ],
    ],
    [`a${ESC}[2Kb${ESC}[1;1Hc`, [["abc", ""]]],
    [`${ESC}]8;;http://evil${ESC}\\link${ESC}]8;;${ESC}\\`, [["link", ""]]],
    [`${ESC}]0;title\u0007x`, [["x", ""]]],
    ["10%\r50%\r100%\ndone\r\n", [["100%\ndone\n", ""]]],
    [`cut ${ESC}`, [["cut ", ""]]],
    ["bell\u0007\u0000!", [["bell!", ""]]],
  ])("%j", (output, expected) => {
    expect(show(output)).toEqual(expected);
  });

  it("returns only the text", () => {
    expect(stripAnsi(`${ESC}[1mPASS${ESC}[0m 3 tests`)).toBe("PASS 3 tests");
  });
});
