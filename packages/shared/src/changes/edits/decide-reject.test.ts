import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideReject, type RejectedChange } from "./decide-reject.ts";
import type { FileEdit, FileMode, FileState } from "./file-edit.ts";

const state = (digit: string, mode: FileMode = "100644"): NonNullable<FileState> => ({ mode, oid: digit.repeat(40) });
const change = (given: Partial<RejectedChange>): RejectedChange => ({
  path: "a",
  previousPath: null,
  base: state("1"),
  now: state("2"),
  ...given,
});
const write = (path: string, before: FileState, after: FileState): FileEdit => ({ root: "worktree", path, before, after });
const decide = (changes: RejectedChange[], kept: string[] = []) => decideReject(changes, kept, (path) => `text of ${path}`);

describe("decideReject", () => {
  const cases: { name: string; changes: RejectedChange[]; kept?: string[]; files: FileEdit[] }[] = [
    { name: "a changed file gets the base's content", changes: [change({})], files: [write("a", state("2"), state("1"))] },
    { name: "a new file goes", changes: [change({ base: null })], files: [write("a", state("2"), null)] },
    { name: "a deleted file comes back", changes: [change({ now: null })], files: [write("a", null, state("1"))] },
    {
      name: "a mode goes back with the same content",
      changes: [change({ now: state("1", "100755") })],
      files: [write("a", state("1", "100755"), state("1"))],
    },
    {
      name: "a link becomes a file again",
      changes: [change({ now: state("2", "120000") })],
      files: [write("a", state("2", "120000"), state("1"))],
    },
    {
      name: "a renamed file gets its old name and content",
      changes: [change({ path: "b", previousPath: "a" })],
      files: [write("a", null, state("1")), write("b", state("2"), null)],
    },
    { name: "some hunks leave the rest", changes: [change({ left: state("3") })], files: [write("a", state("2"), state("3"))] },
    {
      name: "some hunks of a renamed file leave its new name",
      changes: [change({ path: "b", previousPath: "a", left: state("3") })],
      files: [write("b", state("2"), state("3"))],
    },
    { name: "all hunks of a new file remove it", changes: [change({ base: null, left: null })], files: [write("a", state("2"), null)] },
    {
      name: "a file that became a folder comes back with the files in it rejected",
      changes: [change({ now: null }), change({ path: "a/b", base: null })],
      kept: ["a", "a/b", "ab"],
      files: [write("a", null, state("1")), write("a/b", state("2"), null)],
    },
    {
      name: "a submodule goes back to its commit",
      changes: [change({ base: state("1", "160000"), now: state("2", "160000"), canMove: true })],
      files: [write("a", state("2", "160000"), state("1", "160000"))],
    },
    {
      name: "a file that goes is in nobody's way",
      changes: [change({ base: null })],
      kept: ["a", "a b"],
      files: [write("a", state("2"), null)],
    },
  ];
  it.each(cases)("$name", ({ changes, kept, files }) => {
    expect(decide(changes, kept)).toEqual({ kind: "write", files });
  });

  const refusals: { name: string; changes: RejectedChange[]; kept?: string[]; path: string; reason: RegExp }[] = [
    { name: "a new repository", changes: [change({ base: null, now: state("2", "160000") })], path: "a", reason: /repository/ },
    { name: "a repository that is gone", changes: [change({ base: state("1", "160000"), now: null })], path: "a", reason: /repository/ },
    {
      name: "a submodule that cannot go back, and all with it",
      changes: [change({ path: "b" }), change({ base: state("1", "160000"), now: state("2", "160000"), canMove: false })],
      path: "a",
      reason: /submodule with changes of its own/,
    },
    {
      name: "a repository that has another name now",
      changes: [change({ path: "b", previousPath: "a", base: state("1", "160000"), now: state("1", "160000"), canMove: true })],
      path: "b",
      reason: /repository/,
    },
    {
      name: "a file where a folder stays",
      changes: [change({ now: null })],
      kept: ["a/b/c"],
      path: "a",
      reason: /a\/b\/c is in its place/,
    },
    {
      name: "a file below one that stays",
      changes: [change({ path: "a/b", now: null })],
      kept: ["a"],
      path: "a/b",
      reason: /text of a is in its place/,
    },
  ];
  it.each(refusals)("refuses $name", ({ changes, kept, path, reason }) => {
    const decided = decide(changes, kept);
    expect(decided).toMatchObject({ kind: "refuse", fault: { kind: "edit_refused", path: `text of ${path}` } });
    expect(decided.kind === "refuse" && decided.fault.reason).toMatch(reason);
  });

  it("brings the base back, whatever is rejected as a whole, and touches nothing else", () => {
    const name = fc.constantFrom("a", "b", "c", "d/e", "d/f");
    const content = fc.option(fc.constantFrom(state("1"), state("2"), state("3", "100755"), state("4", "120000")), { nil: null });
    const tree = fc.dictionary(name, content);
    fc.assert(
      fc.property(tree, tree, fc.infiniteStream(fc.boolean()), (base, now, chosen) => {
        const names = [...new Set([...Object.keys(base), ...Object.keys(now)])];
        const toChange = (path: string) => change({ path, base: base[path] ?? null, now: now[path] ?? null });
        const [rejected, kept] = [new Set<string>(), new Set<string>()];
        for (const each of names) (chosen.next().value ? rejected : kept).add(each);
        const decided = decideReject([...rejected].map(toChange), kept, (path) => path);
        if (decided.kind === "refuse") throw new Error(decided.fault.reason);
        const after = new Map(Object.entries(now));
        for (const file of decided.files) {
          expect(after.get(file.path) ?? null).toEqual(file.before);
          after.set(file.path, file.after);
        }
        for (const each of names) expect(after.get(each) ?? null).toEqual((rejected.has(each) ? base : now)[each] ?? null);
      }),
    );
  });
});
