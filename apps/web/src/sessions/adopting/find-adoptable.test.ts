import type { Adoptable } from "@boocode/shared/worktrees/adopting/adoptable";
import { expect, test } from "vitest";
import { findAdoptable, MAX_CHOICES } from "./find-adoptable.ts";

const head = "1".repeat(40);
const adoptable: Adoptable = {
  worktrees: [
    { path: "/code/engine-login", branch: "feature/login", head, operation: null },
    { path: "/code/spike", branch: null, head, operation: null },
    { path: "/code/release", branch: null, head, operation: "rebase" },
  ],
  branches: [
    { name: "fix/Login", committedAt: 2 },
    { name: "docs", committedAt: 1 },
  ],
  isCut: false,
};

test.each([
  { query: "", names: ["feature/login", "spike", "release", "fix/Login", "docs"] },
  { query: "login", names: ["feature/login", "fix/Login"] },
  { query: "ENGINE login", names: ["feature/login"] },
  { query: "nothing", names: [] },
])("“$query” finds $names", ({ query, names }) => {
  const { choices, total } = findAdoptable(adoptable, query);
  expect(choices.map(({ name }) => name)).toEqual(names);
  expect(total).toBe(names.length);
});

test("a worktree without a branch, or in the middle of something, says so", () => {
  expect(findAdoptable(adoptable, "").choices.map(({ state }) => state)).toEqual([null, "no branch", "in a rebase", null, null]);
});

test("a worktree is adopted by its path, a branch by its name", () => {
  const { choices } = findAdoptable(adoptable, "login");
  expect(choices.map(({ adopt }) => adopt)).toEqual([{ path: "/code/engine-login" }, { branch: "fix/Login" }]);
});

test("a long list is cut, and its whole number is known", () => {
  const branches = Array.from({ length: MAX_CHOICES + 1 }, (_, at) => ({ name: `b${at}`, committedAt: at }));
  const { choices, total } = findAdoptable({ worktrees: [], branches, isCut: false }, "b");
  expect([choices.length, total]).toEqual([MAX_CHOICES, MAX_CHOICES + 1]);
});
