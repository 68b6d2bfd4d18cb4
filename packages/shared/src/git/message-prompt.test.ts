import { expect, it } from "vitest";
import type { GitFile } from "./git-status.ts";
import { toMessagePrompt, toProposedMessage } from "./message-prompt.ts";

const file = (path: string): GitFile => ({ path, staged: null, unstaged: "modified", isUntracked: false, isConflict: false });

it("the question for a message names the files, cuts a long diff and counts what it leaves out", () => {
  const files = Array.from({ length: 120 }, (_, place) => file(`f${place}`));
  const { prompt } = toMessagePrompt({ files, diff: "x".repeat(100_000), subjects: ["First"] });
  expect(prompt).toContain("- First");
  expect(prompt).toContain("modified f99\nand 20 more");
  expect(prompt.length).toBeLessThan(30_000);
  expect(prompt).toContain("[cut]");
});

it.each([
  ["Fix it", "Fix it"],
  ["  \nFix it\n\nBecause.\n", "Fix it\n\nBecause."],
  ["```\nFix it\n```", "Fix it"],
  ["```text\nFix it\n\nMore\n```", "Fix it\n\nMore"],
  ['"Fix it"', "Fix it"],
  ["   ", ""],
])("a message is taken out of %j", (answer, message) => {
  expect(toProposedMessage(answer)).toBe(message);
});
