import { expect, test } from "vitest";
import { toCount, toShortCount } from "./labels.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1_000, "1k"],
  [1_250, "1.2k"],
  [9_999, "9.9k"],
  [48_200, "48k"],
  [1_340_000, "1.3M"],
])("%i is %s", (count, words) => {
  expect(toShortCount(count)).toBe(words);
});

test("a noun follows its count", () => {
  expect([toCount(1, "session"), toCount(0, "session"), toCount(1_200, "file")]).toEqual(["1 session", "0 sessions", "1,200 files"]);
});
