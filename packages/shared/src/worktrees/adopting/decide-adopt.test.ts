import { expect, it } from "vitest";
import { BUILT_IDS } from "../../testing/build.ts";
import { type AdoptFacts, decideAdoptBranch, decideAdoptWorktree, type ListedWorktree } from "./decide-adopt.ts";

const sessionId = BUILT_IDS.session;
const facts: AdoptFacts = {
  projectPaths: new Set(["/projects/demo", "/projects/linked"]),
  worktreesDir: "/data/worktrees",
  byPath: new Map([
    ["/mine/busy", sessionId],
    ["/mine/orphan", null],
  ]),
  byBranch: new Map([
    ["busy", sessionId],
    ["orphan", null],
  ]),
};
const listed = (given: Partial<ListedWorktree>): ListedWorktree => ({
  path: "/mine/feature",
  head: "1".repeat(40),
  branch: "feature",
  lock: null,
  isMissing: false,
  isMain: false,
  ...given,
});

it.each([
  { name: "the person's own", given: {}, because: null },
  { name: "locked by the person, which keeps others from moving it", given: { lock: "on a disk" }, because: null },
  { name: "locked without a reason", given: { lock: "" }, because: null },
  { name: "without a branch", given: { branch: null }, because: null },
  { name: "beside the folder of BooCode's, with a longer name", given: { path: "/data/worktrees-mine/a" }, because: null },
  { name: "the repository's own folder", given: { isMain: true }, because: "checkout" },
  { name: "another project's folder", given: { path: "/projects/linked" }, because: "checkout" },
  { name: "of another session", given: { path: "/mine/busy" }, because: "session" },
  { name: "known, its session gone", given: { path: "/mine/orphan" }, because: "boocode" },
  { name: "in BooCode's folder", given: { path: "/data/worktrees/ses_1" }, because: "boocode" },
  { name: "of another BooCode", given: { lock: "boocode:other:ses_1" }, because: "boocode" },
  { name: "gone", given: { isMissing: true }, because: "missing" },
  { name: "of a session, and gone", given: { path: "/mine/busy", isMissing: true }, because: "session" },
])("a worktree $name: $because", ({ given, because }) => {
  expect(decideAdoptWorktree(listed(given), facts)?.because ?? null).toBe(because);
});

it("a path where git lists no worktree is foreign", () => {
  expect(decideAdoptWorktree(undefined, facts)?.because).toBe("foreign");
});

it("names the session that works in a worktree", () => {
  expect(decideAdoptWorktree(listed({ path: "/mine/busy" }), facts)).toEqual({ because: "session", sessionId, at: null });
});

it.each([
  { name: "free", branch: { name: "feature", checkedOutAt: null }, expected: null },
  { name: "absent", branch: undefined, expected: { because: "no_branch", sessionId: null, at: null } },
  {
    name: "checked out",
    branch: { name: "feature", checkedOutAt: "/mine/feature" },
    expected: { because: "checked_out", sessionId: null, at: "/mine/feature" },
  },
  { name: "of a session", branch: { name: "busy", checkedOutAt: "/x" }, expected: { because: "session", sessionId, at: null } },
  {
    name: "of a worktree of BooCode's",
    branch: { name: "orphan", checkedOutAt: null },
    expected: { because: "boocode", sessionId: null, at: null },
  },
])("a branch that is $name", ({ branch, expected }) => {
  expect(decideAdoptBranch(branch, facts)).toEqual(expected);
});
