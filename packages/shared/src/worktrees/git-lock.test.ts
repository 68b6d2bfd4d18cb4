import { expect, it } from "vitest";
import { decideLockRemoval, type GitLock } from "./git-lock.ts";

const lock: GitLock = { path: "/r/.git/index.lock", identity: "1 2", ageMs: 60_000, holders: [] };

it.each([
  { name: "an old lock without a holder may be removed", given: {}, expected: null },
  { name: "a recreated lock stays", given: { identity: "1 3" }, expected: "changed" },
  { name: "a young lock stays", given: { ageMs: 59_999 }, expected: "young" },
  { name: "a held lock stays, however old", given: { ageMs: 1e9, holders: [{ pid: 7, name: "git" }] }, expected: "held" },
  { name: "a lock with unknown holders stays", given: { holders: null }, expected: "unknown" },
])("F12 W9 $name", ({ given, expected }) => {
  expect(decideLockRemoval({ ...lock, ...given }, "1 2")).toBe(expected);
});
