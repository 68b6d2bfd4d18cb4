import { describe, expect, it } from "vitest";
import { findEmphasis, measureGutter, toSplitRows, toUnifiedRows, type DiffRow } from "./diff-rows.ts";
import { parsePatch, type PatchLine } from "./parse-patch.ts";

const hunksOf = (body: string) => parsePatch(`--- a/x\n+++ b/x\n${body}`)[0]?.hunks ?? [];
const text = (line: PatchLine | null) => line?.text ?? "·";
const show = (row: DiffRow) => {
  if (row.kind === "hunk") return `@@ ${row.skippedLines} ${row.section}`.trim();
  return row.kind === "unified" ? `${text(row.line)} (${text(row.partner)})` : `${text(row.left)} | ${text(row.right)}`;
};

describe("diff rows", () => {
  const body = "@@ -1,4 +1,5 @@\n a\n-b\n-c\n+B\n+C\n d\n+e\n@@ -20 +21,2 @@ fn\n-x\n+y\n+z\n";

  it("pairs changed lines in one column only if as many were added as deleted", () => {
    expect(toUnifiedRows(hunksOf(body)).map(show)).toEqual([
      "a (·)",
      "b (B)",
      "c (C)",
      "B (b)",
      "C (c)",
      "d (·)",
      "e (·)",
      "@@ 15 fn",
      "x (·)",
      "y (·)",
      "z (·)",
    ]);
  });

  it("puts deleted lines next to added lines in two columns", () => {
    expect(toSplitRows(hunksOf(body)).map(show)).toEqual(["a | a", "b | B", "c | C", "d | d", "· | e", "@@ 15 fn", "x | y", "· | z"]);
  });

  it("keeps a deletion after an addition apart from the one before it", () => {
    expect(toSplitRows(hunksOf("@@ -1,2 +1,1 @@\n-a\n+b\n-c\n")).map(show)).toEqual(["a | b", "c | ·"]);
  });

  it("shows a header before the first hunk only if lines were skipped", () => {
    expect(toUnifiedRows(hunksOf("@@ -5 +5 @@\n-a\n+b\n"))[0]).toMatchObject({ kind: "hunk", skippedLines: 4 });
    expect(toUnifiedRows(hunksOf("@@ -1 +1 @@\n-a\n+b\n"))[0]).toMatchObject({ kind: "unified" });
  });
});

describe("findEmphasis", () => {
  it.each([
    ["const a = 1;", "const a = 2;", { start: 10, end: 11 }],
    ["call(a, b)", "call(a)", { start: 6, end: 9 }],
    ["call(a)", "call(a, b)", null],
    ["something else", "wholly different", null],
    ["same", "same", null],
    ["aaa", "aaaa", null],
    ["aaaa", "aaa", { start: 3, end: 4 }],
  ])("of %j against %j", (line, partner, expected) => {
    expect(findEmphasis(line, partner)).toEqual(expected);
  });
});

describe("measureGutter", () => {
  it.each([
    ["@@ -1,4 +1,5 @@\n", { digits: 2, hasOld: true, hasNew: true }],
    ["@@ -0,0 +1,1000 @@\n", { digits: 4, hasOld: false, hasNew: true }],
    ["@@ -1,120 +0,0 @@\n", { digits: 3, hasOld: true, hasNew: false }],
    ["", { digits: 2, hasOld: false, hasNew: true }],
  ])("of %j", (body, expected) => {
    expect(measureGutter(hunksOf(body))).toEqual({ ...expected, colours: null, owner: null });
  });
});
