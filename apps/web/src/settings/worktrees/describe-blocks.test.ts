import { expect, test } from "vitest";
import { describeBlocks } from "./describe-blocks.ts";

test.each([
  { blocks: [], words: "Everything in it also exists elsewhere" },
  { blocks: [{ kind: "open_session" as const }], words: "Kept for its session" },
  {
    blocks: [
      { kind: "tasks" as const, count: 1 },
      { kind: "changes" as const, count: 3 },
      { kind: "commits" as const, count: 1_000 },
      { kind: "left_out" as const, count: 2 },
    ],
    words:
      "Kept for a message running or waiting, 3 changed files, 1,000 or more commits on no other branch, 2 files that no checkpoint holds",
  },
  {
    blocks: [{ kind: "not_ours" as const }, { kind: "unknown" as const }],
    words: "Kept for something that BooCode did not make, work that git cannot read",
  },
])("$words", ({ blocks, words }) => {
  expect(describeBlocks(blocks)).toBe(words);
});

test("one that belongs to no session says what becomes of it", () => {
  expect(describeBlocks([], false)).toBe(
    "Everything in it also exists elsewhere. After an hour it is judged once more, and moved to the trash",
  );
  expect(describeBlocks([{ kind: "commits", count: 1 }], false)).toBe("Kept for a commit on no other branch");
});
