import { expect, it } from "vitest";
import { decideLockRemoval, type GitLock } from "./git-lock.ts";

const lock: GitLock = { path: "/r/.git/index.lock", identity: "1 2", ageMs: 60_000, holders: [] };

it.each([
  { name: "an old one that nobody holds may go", given: {}, expected: null },
  { name: "one that was made anew stays", given: { identity: "1 3" }, expected: "changed" },
  { name: "a young one stays", given: { ageMs: 59_999 }, expected: "young" },
  { name: "one that is held stays, however old", given: { ageMs: 1e9, holders: [{ pid: 7, name: "git" }] }, expected: "held" },
  { name: "one whose holders cannot be told stays", given: { holders: null }, expected: "unknown" },
])("F12 W9 $name", ({ given, expected }) => {
  expect(decideLockRemoval({ ...lock, ...given }, "1 2")).toBe(expected);
});
