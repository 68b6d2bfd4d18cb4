import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import { ChangeId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { NOTHING_JUDGED, type JudgedHunk } from "../actions/judged.ts";
import type { OpenDiff } from "../change-rows.ts";
import type { PanelFile } from "../panel-file.ts";
import { findHunk, findHunkRows, toBodyRows, toPanelRows } from "./panel-rows.ts";

const file = (path: string, note: string | null = null): PanelFile => ({
  key: path,
  path,
  operation: "modified",
  additions: 1,
  deletions: 1,
  binary: false,
  agents: [],
  change: null,
  diff: null,
  note,
});
const hunk = (oldStart: number) => ({ oldStart, oldLines: 1, newStart: oldStart, newLines: 1, agent: null, agents: [null] });
const ready = (starts: number[]): OpenDiff => {
  const diff: ChangeDiff = {
    changeId: ChangeId.parse("change_1"),
    path: "a",
    view: "text",
    oldMode: "100644",
    newMode: "100644",
    oldBytes: 1,
    newBytes: 1,
    patch: `--- a/a\n+++ b/a\n${starts.map((start) => `@@ -${start} +${start} @@\n-x\n+y\n`).join("")}`,
    hunks: starts.map(hunk),
  };
  return { kind: "ready", diff };
};
const open = (diff: OpenDiff) => new Map([["a", diff]]);
const options = {
  folded: { before: new Map(), hidden: new Set<string>() },
  layout: "unified",
  peek: null,
  judged: NOTHING_JUDGED,
} as const;
const list = (...paths: string[]) => paths.map((path) => ({ file: file(path), judged: null }));

it("shows the lines of unfolded files below them", () => {
  const rows = toPanelRows(list("a", "b"), open(ready([9])), options);
  expect(rows.map((row) => row.kind)).toEqual(["file", "line", "line", "line", "gap", "file"]);
});

it("a peek shows the beginning and says how many rows it leaves out", () => {
  const starts = [9, 19, 29];
  const rows = toPanelRows(list("a"), open(ready(starts)), { ...options, peek: 4 });
  expect(rows.map((row) => row.kind)).toEqual(["file", "line", "line", "line", "line", "more", "gap"]);
  expect(rows[5]).toMatchObject({ kind: "more", lines: 5 });
  // One row more than the peek is shown instead of a row that says so.
  expect(toPanelRows(list("a"), open(ready(starts)), { ...options, peek: 8 }).map((row) => row.kind)).not.toContain("more");
});

it("the first hunk gets a header if it begins with the file and is not the only one", () => {
  const heads = (starts: number[]) =>
    toBodyRows(file("a"), open(ready(starts)), "unified", []).flatMap((row) =>
      row.kind === "line" && row.row.kind === "hunk" ? [row.row.hunk] : [],
    );
  expect([heads([1]), heads([1, 9]), heads([5, 9])]).toEqual([[], [0, 1], [0, 1]]);
});

it("says first why a file cannot be judged", () => {
  const rows = toBodyRows(file("a", "It is gone"), open(ready([9])), "unified", []);
  expect(rows[0]).toMatchObject({ kind: "note", words: "It is gone" });
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
});

it("finds the next and the previous hunk", () => {
  const rows = toPanelRows(list("a"), open(ready([9, 19])), options);
  expect([findHunk(rows, 0, 1), findHunk(rows, 1, 1), findHunk(rows, 4, 1), findHunk(rows, 4, -1), findHunk(rows, 1, -1)]).toEqual([
    1, 4, -1, 1, -1,
  ]);
});

it("the rows of a hunk are its header and its lines", () => {
  const rows = toPanelRows(list("a"), open(ready([9, 19])), options);
  expect([findHunkRows(rows, "a", 0), findHunkRows(rows, "a", 1), findHunkRows(rows, "a", 2), findHunkRows(rows, "b", 0)]).toEqual([
    { from: 1, to: 4 },
    { from: 4, to: 7 },
    null,
    null,
  ]);
});

const judged = (line: number, given: Partial<JudgedHunk> = {}): JudgedHunk => ({
  path: "a",
  changeId: ChangeId.parse("change_0"),
  verb: "apply",
  line,
  height: 57,
  ...given,
});

it.each([
  ["before the hunk that follows", judged(5), ["judged", "line", "line", "line", "line", "line", "line"]],
  ["between two hunks", judged(12), ["line", "line", "line", "judged", "line", "line", "line"]],
  ["after the last", judged(30, { verb: "reject" }), ["line", "line", "line", "line", "line", "line", "judged"]],
  ["nowhere while it is still shown itself", judged(5, { changeId: ChangeId.parse("change_1") }), Array(6).fill("line")],
  ["nowhere in another file", judged(5, { path: "b" }), Array(6).fill("line")],
])("a judged hunk keeps its place: %s", (_, hunk, kinds) => {
  expect(toBodyRows(file("a"), open(ready([9, 19])), "unified", [hunk]).map((row) => row.kind)).toEqual(kinds);
});

it("a judged file keeps its place and its height", () => {
  const done = { file: file("a"), verb: "apply" as const, height: 99 };
  const rows = toPanelRows([{ file: file("a"), judged: done }, ...list("b")], open(ready([9])), options);
  expect(rows.map((row) => row.kind)).toEqual(["file", "judged", "file"]);
  expect(rows[1]).toMatchObject({ height: 99 });
});
