import { expect, it } from "vitest";
import { takesEnter } from "./takes-enter.ts";

it.each([
  ["a name that begins with what was typed", "/timestamp", false, "/time", false, true],
  ["a name that is written out", "/timestamp", false, "/timestamp", false, false],
  ["one that is written out and was moved to", "/timestamp", false, "/timestamp", true, false],
  ["a guess", "/timestamp", true, "/tmp", false, false],
  ["a guess that was moved to", "/timestamp", true, "/tmp", true, true],
  ["a file, which is never a guess", "@docs/a.md", undefined, "@am", false, true],
])("%s", (_, words, isGuess, written, isMovedTo, takes) => {
  expect(takesEnter({ words, ...(isGuess === undefined ? {} : { isGuess }) }, written, isMovedTo)).toBe(takes);
});
