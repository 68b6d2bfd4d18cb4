import { expect, test } from "vitest";
import { describeOutcome, toCommandLine } from "./tool-look.ts";

test.each<[string, string[], string]>([
  ["plain words", ["npm", "run", "test:unit"], "npm run test:unit"],
  ["a word with a blank", ["git", "commit", "-m", "two words"], "git commit -m 'two words'"],
  ["a quote", ["echo", "it's"], "echo 'it'\\''s'"],
  ["an empty word", ["printf", ""], "printf ''"],
  ["a line for a shell", ["node --version | cat"], "node --version | cat"],
  ["one word", ["ls"], "ls"],
])("%s", (_, argv, line) => {
  expect(toCommandLine(argv)).toBe(line);
});

test.each<[string, Parameters<typeof describeOutcome>[0], string | null]>([
  ["a command that went well", { status: "completed", result: { exitCode: 0 } }, "exit 0"],
  ["a command that did not", { status: "failed", result: { exitCode: 1 } }, "exit 1"],
  ["one that was stopped, by a signal", { status: "cancelled", result: { signal: "SIGTERM" } }, "stopped"],
  ["one that was stopped, and says a code", { status: "cancelled", result: { exitCode: 143 } }, "stopped"],
  ["one that somebody else ended", { status: "failed", result: { signal: "SIGKILL" } }, "ended by SIGKILL"],
  ["a call that failed", { status: "failed", result: { error: "no such file" } }, "failed"],
  ["a call that runs", { status: "running", result: {} }, "running"],
  ["a call that went well", { status: "completed", result: {} }, null],
])("%s is told once", (_, item, words) => {
  expect(describeOutcome(item)).toBe(words);
});
