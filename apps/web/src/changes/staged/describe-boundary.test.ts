import { expect, it } from "vitest";
import { describeBoundary } from "./describe-boundary.ts";

it.each([
  ["opencode", { files: 1, authors: ["boocode"], areItsOwn: false }, "opencode does not see 1 staged edit from boocode."],
  ["opencode", { files: 2, authors: ["boocode", null], areItsOwn: false }, "opencode does not see 2 staged edits from boocode, you."],
  ["boocode", { files: 2, authors: ["boocode"], areItsOwn: true }, "boocode sees its 2 staged edits only in mode Review."],
  ["boocode", { files: 1, authors: [null], areItsOwn: false }, "boocode sees 1 staged edit from you only in mode Review."],
])("%s and %j: %s", (agent, boundary, words) => {
  expect(describeBoundary(agent, boundary)).toBe(words);
});
