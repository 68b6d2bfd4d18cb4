import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideApplyFile, type ApplyFile } from "./decide-apply-file.ts";
import type { FileMode, FileState } from "./file-edit.ts";
import type { FoundState } from "./found-state.ts";

const oid = (letter: string) => letter.repeat(40);
const file = (letter: string, mode: FileMode = "100644"): NonNullable<FileState> => ({ mode, oid: oid(letter) });
const link = (letter: string) => file(letter, "120000");
const module = (letter: string) => file(letter, "160000");
const there = (state: FileState): FoundState => (state === null ? { kind: "nothing" } : { kind: "file", state });
const write = (to: FileState): ApplyFile => ({ kind: "write", to });
const keep: ApplyFile = { kind: "keep" };
const conflict = (because: string) => ({ kind: "conflict", because });

const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const cases: { name: string; base: FileState; chosen: FileState; checkout: FoundState; expected: object }[] = [
  { name: "an edit over the base", base: file("a"), chosen: file("b"), checkout: there(file("a")), expected: write(file("b")) },
  { name: "an edit that is there already", base: file("a"), chosen: file("b"), checkout: there(file("b")), expected: keep },
  {
    name: "both edited",
    base: file("a"),
    chosen: file("b"),
    checkout: there(file("c")),
    expected: { kind: "merge", mode: "100644", base: oid("a"), chosen: oid("b"), checkout: oid("c") },
  },
  {
    name: "both edited, one made it executable",
    base: file("a"),
    chosen: file("b", "100755"),
    checkout: there(file("c")),
    expected: { kind: "merge", mode: "100755" },
  },
  {
    name: "both edited, the person made it executable",
    base: file("a"),
    chosen: file("b"),
    checkout: there(file("c", "100755")),
    expected: { kind: "merge", mode: "100755" },
  },
  {
    name: "an edit over a file that the person made executable",
    base: file("a"),
    chosen: file("b"),
    checkout: there(file("a", "100755")),
    expected: write(file("b", "100755")),
  },
  {
    name: "made executable over a file that the person edited",
    base: file("a"),
    chosen: file("a", "100755"),
    checkout: there(file("c")),
    expected: write(file("c", "100755")),
  },
  {
    name: "the same edit on both sides, and made executable",
    base: file("a"),
    chosen: file("b", "100755"),
    checkout: there(file("b")),
    expected: write(file("b", "100755")),
  },
  { name: "a new file", base: null, chosen: file("b"), checkout: there(null), expected: write(file("b")) },
  { name: "a new file that is there already", base: null, chosen: file("b"), checkout: there(file("b")), expected: keep },
  { name: "a new file where another is", base: null, chosen: file("b"), checkout: there(file("c")), expected: conflict("added_there") },
  { name: "a new file where a link is", base: null, chosen: file("b"), checkout: there(link("c")), expected: conflict("added_there") },
  { name: "a new file where a folder is", base: null, chosen: file("b"), checkout: { kind: "folder" }, expected: conflict("in_the_way") },
  { name: "a new file where a pipe is", base: null, chosen: file("b"), checkout: { kind: "other" }, expected: conflict("in_the_way") },
  {
    name: "a new file below a link",
    base: null,
    chosen: file("b"),
    checkout: { kind: "blocked", by: "dir", isLink: true },
    expected: conflict("link_in_the_way"),
  },
  {
    name: "a new file below a file",
    base: null,
    chosen: file("b"),
    checkout: { kind: "blocked", by: "dir", isLink: false },
    expected: conflict("in_the_way"),
  },
  { name: "a deletion", base: file("a"), chosen: null, checkout: there(file("a")), expected: write(null) },
  { name: "a deletion of a file that is gone", base: file("a"), chosen: null, checkout: there(null), expected: keep },
  { name: "a deletion of an edited file", base: file("a"), chosen: null, checkout: there(file("c")), expected: conflict("edited") },
  {
    name: "a deletion of a file made executable",
    base: file("a"),
    chosen: null,
    checkout: there(file("a", "100755")),
    expected: conflict("edited"),
  },
  { name: "an edit of a deleted file", base: file("a"), chosen: file("b"), checkout: there(null), expected: conflict("deleted_there") },
  { name: "a link that points elsewhere", base: link("a"), chosen: link("b"), checkout: there(link("a")), expected: write(link("b")) },
  { name: "a link both changed", base: link("a"), chosen: link("b"), checkout: there(link("c")), expected: conflict("edited") },
  { name: "a file that became a link", base: file("a"), chosen: link("b"), checkout: there(file("a")), expected: write(link("b")) },
  { name: "a file that became a link, edited", base: file("a"), chosen: link("b"), checkout: there(file("c")), expected: conflict("kind") },
  { name: "an edit of a file that is a link", base: file("a"), chosen: file("b"), checkout: there(link("c")), expected: conflict("kind") },
  {
    name: "the commit of a submodule",
    base: module("a"),
    chosen: module("b"),
    checkout: there(module("a")),
    expected: write(module("b")),
  },
  {
    name: "a submodule that both moved",
    base: module("a"),
    chosen: module("b"),
    checkout: there(module("c")),
    expected: conflict("submodule"),
  },
  { name: "a submodule that is not there", base: module("a"), chosen: module("b"), checkout: there(null), expected: conflict("submodule") },
  { name: "a submodule that goes", base: module("a"), chosen: null, checkout: there(module("a")), expected: conflict("submodule") },
  { name: "a submodule that is at the commit", base: module("a"), chosen: module("b"), checkout: there(module("b")), expected: keep },
  {
    name: "a file instead of a submodule",
    base: module("a"),
    chosen: file("b"),
    checkout: there(module("a")),
    expected: conflict("submodule"),
  },
  { name: "a new repository inside", base: null, chosen: module("b"), checkout: there(null), expected: conflict("submodule") },
];

describe("decideApplyFile", () => {
  it.each(cases)("$name", ({ base, chosen, checkout, expected }) => {
    expect(decideApplyFile({ base, chosen, checkout })).toMatchObject(expected);
  });

  const modes = fc.constantFrom<FileMode>("100644", "100755", "120000", "160000");
  const state = fc.option(fc.record({ mode: modes, oid: fc.constantFrom("a", "b", "c").map(oid) }), { nil: null });

  it("never loses a side: what is written holds each change, and anything else is a conflict", () => {
    /** The value of a part that was changed from `from` on one side or on both alike; null if both changed it differently. */
    const pick = (from: unknown, a: unknown, b: unknown) => (a === from ? b : b === from || a === b ? a : null);
    fc.assert(
      fc.property(state, state, state, (base, chosen, here) => {
        const decided = decideApplyFile({ base, chosen, checkout: there(here) });
        const result = decided.kind === "write" ? decided.to : here;
        const mustBe = (part: "mode" | "oid") => pick(base?.[part], chosen?.[part], here?.[part]);
        const isRight =
          decided.kind === "conflict" || decided.kind === "merge" || isEqual(result, chosen) || isEqual(mustBe("oid"), result?.oid);
        return isRight && (decided.kind !== "write" || isEqual(here, base) || isEqual(mustBe("mode"), result?.mode));
      }),
    );
  });

  it("decides again as done once its result is written", () => {
    fc.assert(
      fc.property(state, state, state, (base, chosen, here) => {
        const decided = decideApplyFile({ base, chosen, checkout: there(here) });
        if (decided.kind !== "write" || !isEqual(here, base)) return true;
        return decideApplyFile({ base, chosen, checkout: there(decided.to) }).kind === "keep";
      }),
    );
  });
});
