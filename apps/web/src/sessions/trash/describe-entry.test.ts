import { expect, test } from "vitest";
import { describeCount, describeHolds, describePurge } from "./describe-entry.ts";

const NOW = new Date(2026, 10, 29, 12).getTime();
const DAY = 24 * 3_600_000;

test.each([
  { holds: "folder", kind: "session", days: 30, words: "Its folder is kept until 29 Dec" },
  { holds: "folder", kind: "worktree", days: 40, words: "Its folder is kept until 8 Jan 2027" },
  { holds: "folder", kind: "session", days: -1, words: "Its folder goes with the next cleaning" },
  { holds: "refs", kind: "session", days: -1, words: "Its folder is gone; its commits are kept until you purge them" },
  { holds: "records", kind: "session", days: 30, words: "Its chats are kept; it had no files" },
  {
    holds: "released",
    kind: "session",
    days: 30,
    words: "Its chats are kept; its folder is yours and stayed where it is",
  },
] as const)("a $kind that holds its $holds for $days days", ({ holds, kind, days, words }) => {
  expect(describeHolds({ holds, kind, expiresAt: NOW + days * DAY }, NOW)).toBe(words);
});

test.each([
  {
    entry: { holds: "folder", kind: "session", chats: 2, branch: "boocode/parser" },
    size: "34 MB",
    goes: [
      "Its folder with every file, 34 MB",
      "The commits of boocode/parser that are nowhere else, with its last checkpoints",
      "2 chats with everything said in them",
    ],
  },
  {
    entry: { holds: "refs", kind: "session", chats: 1, branch: null },
    size: null,
    goes: ["The commits that are nowhere else, with its last checkpoints", "1 chat with everything said in it"],
  },
  { entry: { holds: "records", kind: "session", chats: 0, branch: null }, size: null, goes: ["Its records"] },
  {
    entry: { holds: "released", kind: "session", chats: 0, branch: "feature" },
    size: null,
    goes: ["Its checkpoints. Its folder and its branch are yours, and stay", "Its records"],
  },
  {
    entry: { holds: "folder", kind: "worktree", chats: 0, branch: "boocode/old" },
    size: null,
    goes: ["Its folder with every file", "The commits of boocode/old that are nowhere else, with its last checkpoints"],
  },
] as const)("purging $entry says what goes", ({ entry, size, goes }) => {
  expect(describePurge(entry, size)).toEqual(goes);
});

test.each([
  { kinds: ["session", "worktree", "session"], words: "2 sessions and 1 worktree" },
  { kinds: ["worktree"], words: "1 worktree" },
] as const)("$kinds are counted", ({ kinds, words }) => {
  expect(describeCount(kinds.map((kind) => ({ kind })))).toBe(words);
});
