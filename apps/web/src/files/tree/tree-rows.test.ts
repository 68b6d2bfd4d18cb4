import type { FolderEntry } from "@boocode/shared/files/folder-page";
import { expect, it } from "vitest";
import { decideTreeStep, toTreeRows, type LoadedFolder } from "./tree-rows.ts";

const entry = (name: string, given: Partial<FolderEntry> = {}): FolderEntry => ({
  name,
  kind: name.includes(".") ? "file" : "folder",
  isNameable: true,
  isIgnored: false,
  change: null,
  ...given,
});
const folder = (entries: FolderEntry[], given: Partial<LoadedFolder> = {}, next: number | null = null): LoadedFolder => ({
  pages: [{ entries, total: 10, next }],
  isLoading: false,
  error: null,
  ...given,
});
const words = (...input: Parameters<typeof toTreeRows>) =>
  toTreeRows(...input).map((row) => `${"  ".repeat(row.depth)}${row.kind === "entry" ? row.path : row.kind}`);

const FOLDERS = new Map([
  ["", folder([entry("out", { isIgnored: true }), entry("src"), entry("a.ts")])],
  ["src", folder([entry("deep"), entry("b.ts")])],
  ["src/deep", folder([])],
]);

it("lists what is unfolded, and what git ignores only if it is asked for", () => {
  expect(words(FOLDERS, new Set(), { areIgnoredShown: false })).toEqual(["src", "a.ts"]);
  expect(words(FOLDERS, new Set(["src", "src/deep"]), { areIgnoredShown: true })).toEqual([
    "out",
    "src",
    "  src/deep",
    "    note",
    "  src/b.ts",
    "a.ts",
  ]);
});

it("says of a folder that it is being read, cannot be read, or goes on", () => {
  expect(words(new Map(), new Set(), { areIgnoredShown: false })).toEqual(["note"]);
  const failed = toTreeRows(new Map([["", folder([], { error: "no" })]]), new Set(), { areIgnoredShown: false });
  expect(failed).toMatchObject([{ kind: "note", error: "no", isLoading: false }]);
  const rows = toTreeRows(new Map([["", folder([entry("a.ts")], {}, 1)]]), new Set(), { areIgnoredShown: false });
  expect(rows[1]).toMatchObject({ kind: "more", folder: "", left: 9 });
});

it.each([
  ["ArrowDown", 0, { kind: "focus", at: 1 }],
  ["ArrowDown", 4, null],
  ["ArrowUp", 0, null],
  ["Home", 3, { kind: "focus", at: 0 }],
  ["End", 0, { kind: "focus", at: 4 }],
  ["ArrowRight", 0, { kind: "focus", at: 1 }],
  ["ArrowRight", 1, { kind: "focus", at: 2 }],
  ["ArrowRight", 3, null],
  ["ArrowLeft", 3, { kind: "focus", at: 0 }],
  ["ArrowLeft", 1, { kind: "fold", path: "src/deep" }],
  ["ArrowLeft", 0, { kind: "fold", path: "src" }],
  ["ArrowLeft", 4, null],
  ["x", 0, null],
])("%s at row %i is %j", (key, at, step) => {
  const rows = toTreeRows(FOLDERS, new Set(["src", "src/deep"]), { areIgnoredShown: false });
  expect(decideTreeStep(rows, at, key)).toEqual(step);
});
