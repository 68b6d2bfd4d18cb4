import { expect, it } from "vitest";
import { decideKey } from "./terminal-keys.ts";

const press = (keys: string) => {
  const parts = keys.split("+");
  const key = parts.at(-1)!;
  return {
    key,
    code: /^\d$/.test(key) ? `Digit${key}` : /^[A-Z]$/.test(key) ? `Key${key}` : key,
    ctrlKey: parts.includes("Ctrl"),
    metaKey: parts.includes("Meta"),
    altKey: parts.includes("Alt"),
    shiftKey: parts.includes("Shift"),
  };
};

it.each([
  ["Ctrl+C", false, "typed"],
  ["Ctrl+W", false, "typed"],
  ["Ctrl+K", false, "typed"],
  ["Ctrl+V", false, "typed"],
  ["Tab", false, "typed"],
  ["Escape", false, "typed"],
  ["Alt+T", false, "typed"],
  ["F5", false, "typed"],
  ["F6", false, "page"],
  ["Shift+F6", false, "page"],
  ["Ctrl+1", false, "page"],
  ["Ctrl+Shift+V", false, "page"],
  ["Ctrl+Shift+C", false, "copy"],
  ["Ctrl+Shift+F", false, "find"],
  ["Meta+C", true, "typed"],
] as const)("%s in a terminal is for: %s %s", (keys, hasSelection, expected) => {
  expect(decideKey(press(keys), hasSelection, false)).toBe(expected);
});

it.each([
  ["Ctrl+C", false, "typed"],
  ["Meta+C", true, "copy"],
  ["Meta+C", false, "page"],
  ["Meta+V", false, "page"],
  ["Meta+F", false, "find"],
  ["Meta+K", false, "page"],
  ["F6", false, "page"],
] as const)("on Apple machines, %s is for: %s %s", (keys, hasSelection, expected) => {
  expect(decideKey(press(keys), hasSelection, true)).toBe(expected);
});
