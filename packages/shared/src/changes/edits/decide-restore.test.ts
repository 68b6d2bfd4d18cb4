import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TaskId } from "../../ids.ts";
import { decideRestorePath, toConsentText, type RestorePath, type TurnPath } from "./decide-restore.ts";
import { isSameState, type FileMode, type FileState } from "./file-edit.ts";

const state = (digit: string, mode: FileMode = "100644"): NonNullable<FileState> => ({ mode, oid: digit.repeat(40) });
const [one, two, three] = [state("1"), state("2"), state("3")];
const module = (digit: string) => state(digit, "160000");
const path = (before: FileState, after: FileState, now: FileState, isAppeared = false) => ({ before, after, now, isAppeared });

describe("decideRestorePath", () => {
  const cases: { name: string; given: Omit<TurnPath, "path">; expected: RestorePath }[] = [
    { name: "an edit", given: path(one, two, two), expected: { kind: "write", to: one } },
    { name: "a new file", given: path(null, two, two), expected: { kind: "write", to: null } },
    { name: "a deletion", given: path(one, null, null), expected: { kind: "write", to: one } },
    { name: "a mode", given: path(one, state("1", "100755"), state("1", "100755")), expected: { kind: "write", to: one } },
    {
      name: "a link in the place of a file",
      given: path(one, state("2", "120000"), state("2", "120000")),
      expected: { kind: "write", to: one },
    },
    { name: "what is as before already", given: path(one, two, one), expected: { kind: "none" } },
    { name: "a new file that is gone already", given: path(null, two, null), expected: { kind: "none" } },
    { name: "a file that only appeared", given: path(null, two, two, true), expected: { kind: "keep" } },
    { name: "a file that only appeared, edited since", given: path(null, two, three, true), expected: { kind: "keep" } },
    { name: "a nested repository", given: path(null, state("2", "160000"), state("2", "160000")), expected: { kind: "keep" } },
    {
      name: "a submodule that can go back",
      given: { ...path(module("1"), module("2"), module("2")), canMove: true },
      expected: { kind: "write", to: module("1") },
    },
    {
      name: "a submodule that was moved on later, and can go back",
      given: { ...path(module("1"), module("2"), module("3")), canMove: true },
      expected: { kind: "later", to: module("1"), merge: null },
    },
    { name: "a submodule that cannot go back", given: path(module("1"), module("2"), module("2")), expected: { kind: "keep" } },
    {
      name: "a file in the place of a submodule",
      given: { ...path(module("1"), two, two), canMove: true },
      expected: { kind: "keep" },
    },
    {
      name: "an edit with later edits",
      given: path(one, two, three),
      expected: { kind: "later", to: one, merge: { mode: "100644", after: two.oid, before: one.oid, now: three.oid } },
    },
    {
      name: "an edit with a later mode, which stays",
      given: path(one, two, state("2", "100755")),
      expected: { kind: "later", to: state("1", "100755"), merge: null },
    },
    {
      name: "an edit and a mode, with later edits",
      given: path(one, state("2", "100755"), state("3", "100755")),
      expected: { kind: "later", to: one, merge: { mode: "100644", after: two.oid, before: one.oid, now: three.oid } },
    },
    { name: "a new file with later edits", given: path(null, two, three), expected: { kind: "later", to: null, merge: null } },
    { name: "an edit of a file that was deleted later", given: path(one, two, null), expected: { kind: "later", to: one, merge: null } },
    {
      name: "a deletion over which a file was added later",
      given: path(one, null, three),
      expected: { kind: "later", to: one, merge: null },
    },
    {
      name: "an edit of a file that became a link later",
      given: path(one, two, state("3", "120000")),
      expected: { kind: "later", to: one, merge: null },
    },
  ];
  it.each(cases)("$name", ({ given, expected }) => {
    expect(decideRestorePath(given)).toEqual(expected);
  });

  it("writes without asking only where nobody has changed the path since, and then exactly what was before", () => {
    const content = fc.option(fc.constantFrom(one, two, three, state("1", "100755"), state("2", "120000")), { nil: null });
    fc.assert(
      fc.property(content, content, content, fc.boolean(), (before, after, now, isAppeared) => {
        const decided = decideRestorePath({ before, after, now, isAppeared });
        const isUntouched = isSameState(now, after);
        const expected = isSameState(now, before) ? "none" : isAppeared ? "keep" : isUntouched ? "write" : "later";
        expect(decided.kind).toBe(expected);
        expect(decided.kind === "write" ? decided.to : before).toEqual(before);
      }),
    );
  });
});

describe("toConsentText", () => {
  const task = TaskId.parse("task-1");
  const later = [
    { path: "a", now: one },
    { path: "b", now: null },
  ];

  it("is the same in any order, and another for another turn, path, content or mode", () => {
    const texts = [
      toConsentText(task, later),
      toConsentText(TaskId.parse("task-2"), later),
      toConsentText(task, later.slice(1)),
      toConsentText(task, [{ path: "a", now: two }, later[1]!]),
      toConsentText(task, [{ path: "a", now: state("1", "100755") }, later[1]!]),
      toConsentText(task, [{ path: "c", now: one }, later[1]!]),
    ];
    expect(toConsentText(task, later.toReversed())).toBe(texts[0]);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
