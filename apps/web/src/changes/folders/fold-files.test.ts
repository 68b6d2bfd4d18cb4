import { expect, it } from "vitest";
import { foldFiles } from "./fold-files.ts";

const added = (path: string) => ({ key: path, path, operation: "added" as const, additions: 2 });
const many = (folder: string, count: number) => Array.from({ length: count }, (_, at) => added(`${folder}${String(at).padStart(3, "0")}`));
const show = (files: Parameters<typeof foldFiles>[0], ...open: string[]) => {
  const { before, hidden } = foldFiles(files, new Set(open));
  return files.flatMap(({ path }) => [
    ...(before.get(path) ?? []).map(
      (folder) => `${"  ".repeat(folder.depth)}${folder.isOpen ? "v" : ">"} ${folder.name} ${folder.files} +${folder.additions}`,
    ),
    ...(hidden.has(path) ? [] : [path]),
  ]);
};

it("folds a folder in which everything is new, and only that", () => {
  const touched = [...many("src/", 30), { key: "src/old.ts", path: "src/old.ts", operation: "modified" as const, additions: 1 }];
  expect(show([added("a.txt"), ...many("vendor/", 25), added("z.txt")])).toEqual(["a.txt", "> vendor/ 25 +50", "z.txt"]);
  expect(show(many("vendor/", 24))).toHaveLength(24);
  expect(show(touched)).toHaveLength(31);
  expect(show(many("", 100))).toHaveLength(100);
});

it("opens folder by folder, without a click for a folder that holds only another", () => {
  const files = [...many("a/b/c/", 30), ...many("a/b/d/", 3), ...many("a/b/e/", 40)];
  expect(show(files)).toEqual(["> a/b/ 73 +146"]);
  expect(show(files, "a/b/")).toEqual(["v a/b/ 73 +146", "  > c/ 30 +60", "a/b/d/000", "a/b/d/001", "a/b/d/002", "  > e/ 40 +80"]);
  const opened = show(files, "a/b/", "a/b/c/");
  expect([opened.length, opened[1], opened[2]]).toEqual([36, "  v c/ 30 +60", "a/b/c/000"]);
});

it("folds five thousand files into one row, ten thousand in a few milliseconds' work", () => {
  const files = Array.from({ length: 100 }, (_, folder) => many(`unpacked/${String(folder).padStart(2, "0")}/`, 100)).flat();
  expect(show(files)).toEqual(["> unpacked/ 10000 +20000"]);
});
