import { expect, it } from "vitest";
import { chooseActive, countAuthors, filterFiles } from "./filter-files.ts";

const files = [
  { path: "src/Panel.tsx", agents: ["boocode", null] },
  { path: "src/list.ts", agents: ["opencode"] },
  { path: "docs/moved.md", previousPath: "notes/old.md", agents: ["opencode", "boocode"] },
];
const paths = (text: string, authors: (string | null)[] = []) => filterFiles(files, { text, authors }).map(({ path }) => path);

it.each([
  ["", [], ["src/Panel.tsx", "src/list.ts", "docs/moved.md"]],
  ["src", [], ["src/Panel.tsx", "src/list.ts"]],
  ["PANEL src", [], ["src/Panel.tsx"]],
  ["old", [], ["docs/moved.md"]],
  ["src docs", [], []],
  ["", ["opencode"], ["src/list.ts", "docs/moved.md"]],
  ["", [null], ["src/Panel.tsx"]],
  ["", [null, "opencode"], ["src/Panel.tsx", "src/list.ts", "docs/moved.md"]],
  ["list", ["boocode"], []],
])("the filter %j of %j shows %j", (text, authors, shown) => {
  expect(paths(text, authors)).toEqual(shown);
});

it("an empty filter gives the same list", () => {
  expect(filterFiles(files, { text: "  ", authors: [] })).toBe(files);
});

it("authors are counted by their files", () => {
  expect(countAuthors(files)).toEqual([
    { author: "boocode", files: 2 },
    { author: null, files: 1 },
    { author: "opencode", files: 2 },
  ]);
});

it.each([
  [null, "b"],
  ["d", "d"],
  ["c", "d"],
  ["a", "b"],
  ["z", "d"],
])("of b and d with %s chosen, %s is active", (chosen, active) => {
  expect(chooseActive([{ key: "b" }, { key: "d" }], chosen)?.key).toBe(active);
});
