import { expect, it } from "vitest";
import { describeEdit } from "./describe-edit.ts";

it.each([
  ["apply", ["a", "b", "c", "d"], {}, "Applied 4 files"],
  ["apply", ["src/a.ts"], {}, "Applied src/a.ts"],
  ["apply", ["notes.md"], { hunks: 1 }, "Applied a hunk of notes.md"],
  ["reject", ["notes.md"], { hunks: 3 }, "Rejected 3 hunks of notes.md"],
  ["undo_reject", ["a", "b"], {}, "Took back rejecting 2 files"],
  ["restore", ["a"], { count: 1_200 }, "Restored 1,200 files"],
] as const)("%s of %j with %j: %s", (kind, paths, given, words) => {
  expect(describeEdit(kind, paths, given)).toBe(words);
});
