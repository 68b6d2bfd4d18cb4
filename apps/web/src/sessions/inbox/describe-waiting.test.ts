import { expect, test } from "vitest";
import { describeWaiting } from "./describe-waiting.ts";

test.each([
  [0, 0, null],
  [1, 0, "1 question for you"],
  [2, 0, "2 questions for you"],
  [0, 1, "1 held message for you"],
  [1, 3, "1 question and 3 held messages for you"],
])("%i questions and %i held messages read %s", (questions, held, words) => {
  expect(describeWaiting(questions, held)).toBe(words);
});
