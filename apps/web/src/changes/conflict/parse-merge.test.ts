import { expect, it } from "vitest";
import { parseMerge } from "./parse-merge.ts";

const text = (...lines: string[]) => lines.join("\n");

it("reads the three sides of each conflict, and the lines around it", () => {
  const merged = text(
    "a",
    "b",
    "c",
    "d",
    "<<<<<<< yours",
    "mine",
    "||||||| base",
    "old",
    "=======",
    "theirs",
    "more",
    ">>>>>>> agent",
    "e",
    "f",
  );
  expect(parseMerge(merged)).toEqual([
    { line: 5, before: ["b", "c", "d"], ours: ["mine"], base: ["old"], theirs: ["theirs", "more"], after: ["e", "f"] },
  ]);
});

it.each([
  ["no base", text("<<<<<<<", "mine", "=======", "theirs", ">>>>>>>"), [["mine"], null, ["theirs"]]],
  ["an empty side", text("<<<<<<< a", "||||||| b", "old", "=======", "theirs", ">>>>>>> c"), [[], ["old"], ["theirs"]]],
  ["carriage returns", text("<<<<<<< a\r", "mine\r", "=======\r", "theirs\r", ">>>>>>> c\r"), [["mine\r"], null, ["theirs\r"]]],
  [
    "a heading that looks like a marker",
    text("<<<<<<< a", "========", "mine", "=======", "theirs", ">>>>>>> c"),
    [["========", "mine"], null, ["theirs"]],
  ],
  ["no end", text("<<<<<<< a", "mine", "======="), [["mine"], null, []]],
])("a merge with %s", (_, merged, [ours, base, theirs]) => {
  expect(parseMerge(merged)).toMatchObject([{ ours, base, theirs }]);
});

it("a clean text has none", () => {
  expect(parseMerge("a\n=======\n>>>>>>> b\n")).toEqual([]);
});
