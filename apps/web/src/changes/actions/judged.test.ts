import { expect, it } from "vitest";
import type { PanelFile } from "../panel-file.ts";
import { chooseNext, NOTHING_JUDGED, withJudged, type JudgedFile } from "./judged.ts";

const file = (path: string): PanelFile => ({
  key: path,
  path,
  operation: "modified",
  additions: 1,
  deletions: 1,
  binary: false,
  agents: [],
  change: null,
  diff: null,
  note: null,
});
const judged = (path: string): JudgedFile => ({ file: file(path), verb: "apply", height: 0 });
const shown = (paths: string[], done: string[]) =>
  withJudged(paths.map(file), { ...NOTHING_JUDGED, files: done.map(judged) }).map((each) =>
    each.judged ? `(${each.file.path})` : each.file.path,
  );

it.each([
  [["a", "c"], ["b"], ["a", "(b)", "c"]],
  [["b"], ["a", "c"], ["(a)", "b", "(c)"]],
  [[], ["b", "a"], ["(a)", "(b)"]],
  [["a", "b"], ["b"], ["a", "b"]],
])("of %j with %j judged, the list shows %j", (paths, done, expected) => {
  expect(shown(paths, done)).toEqual(expected);
});

it.each([
  [["a", "b", "c"], ["b"], "c"],
  [["a", "b", "c"], ["c"], "b"],
  [["a", "b", "c"], ["a", "b"], "c"],
  [["a", "b", "c"], ["b", "c"], "a"],
  [["a"], ["a"], null],
  [["a", "b", "c"], ["a", "c"], "b"],
])("of %j with %j judged, %s is next", (paths, done, next) => {
  expect(chooseNext(paths.map(file), new Set(done))).toBe(next);
});
