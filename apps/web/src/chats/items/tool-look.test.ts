import { expect, test } from "vitest";
import { toCommandLine } from "./tool-look.ts";

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
