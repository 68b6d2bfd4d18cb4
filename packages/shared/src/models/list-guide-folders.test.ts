import { expect, it } from "vitest";
import { listGuideFolders } from "./list-guide-folders.ts";

it.each([
  ["a file in the root", ["a.ts"], ["a.ts"]],
  ["a file below", ["a/b/c.ts"], ["a", "a/b", "a/b/c.ts"]],
  ["two files", ["a/b/c.ts", "a/d.ts"], ["a", "a/b", "a/b/c.ts", "a/d.ts"]],
  ["the root", [".", ""], []],
  ["a path that leads out", ["../a", "a/../../b"], []],
])("%s", (_, paths, folders) => {
  expect(listGuideFolders(paths)).toEqual(folders);
});

it("is limited in depth and in number", () => {
  expect(listGuideFolders([Array.from({ length: 99 }, () => "d").join("/")])).toHaveLength(16);
  expect(listGuideFolders(Array.from({ length: 99 }, (_, index) => `${index}/a`))).toHaveLength(40);
});
