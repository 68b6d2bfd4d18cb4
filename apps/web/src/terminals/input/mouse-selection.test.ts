import { expect, it } from "vitest";
import { MouseSelection } from "./mouse-selection.ts";

it.each<[string, [before: string, down: string, up: string][], (string | null)[]]>([
  ["what is dragged over", [["", "", "a"]], ["a"]],
  [
    "a word that is double clicked",
    [
      ["", "", ""],
      ["", "a", "a"],
    ],
    [null, "a"],
  ],
  [
    "the same text selected again",
    [
      ["", "", "a"],
      ["a", "", "a"],
    ],
    ["a", "a"],
  ],
  [
    "a selection that grows",
    [
      ["", "", "a"],
      ["a", "ab", "abc"],
    ],
    ["a", "abc"],
  ],
  [
    "nothing at a press that leaves the selection",
    [
      ["", "", "a"],
      ["a", "a", "a"],
    ],
    ["a", null],
  ],
  ["nothing where a click ends the selection", [["a", "", ""]], [null]],
])("copies %s", (_, presses, copies) => {
  const selection = new MouseSelection();
  const copied = presses.map(([before, down, up]) => {
    selection.press(before);
    selection.settle(down);
    return selection.release(up);
  });
  expect(copied).toEqual(copies);
  expect(selection.release("pressed elsewhere")).toBeNull();
});
