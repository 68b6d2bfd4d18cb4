import { expect, test } from "vitest";
import { matchesShortcut } from "./shortcut.ts";

const press = (key: string, code: string, ...modifiers: ("ctrl" | "meta" | "shift" | "alt")[]) => ({
  key,
  code,
  ctrlKey: modifiers.includes("ctrl"),
  metaKey: modifiers.includes("meta"),
  shiftKey: modifiers.includes("shift"),
  altKey: modifiers.includes("alt"),
});

test.each([
  ["Mod is control", press("b", "KeyB", "ctrl"), "Mod+B", false, true],
  ["Mod is command", press("b", "KeyB", "meta"), "Mod+B", true, true],
  ["Mod is not control there", press("b", "KeyB", "ctrl"), "Mod+B", true, false],
  ["a modifier too many", press("B", "KeyB", "ctrl", "shift"), "Mod+B", false, false],
  ["a modifier too few", press("t", "KeyT", "ctrl"), "Mod+Shift+T", false, false],
  ["Own is alt", press("t", "KeyT", "alt"), "Own+T", false, true],
  ["Own is control", press("t", "KeyT", "ctrl"), "Own+T", true, true],
  ["what alt makes of a key does not matter", press("†", "KeyT", "alt"), "Own+T", false, true],
  ["another layout's letter", press("b", "KeyN", "ctrl"), "Mod+B", false, true],
  ["a digit", press("1", "Digit1", "ctrl"), "Mod+1", false, true],
  ["a named key", press("F6", "F6"), "F6", false, true],
  ["plain typing", press("b", "KeyB"), "Mod+B", false, false],
] as const)("%s", (_, pressed, keys, apple, matches) => {
  expect(matchesShortcut(pressed, keys, apple)).toBe(matches);
});
