import type { ToolItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { groupItems } from "./group-items.ts";

const LETTERS: Record<string, object> = {
  r: { kind: "tool", toolKind: "read" },
  l: { kind: "tool", toolKind: "list" },
  s: { kind: "tool", toolKind: "search" },
  w: { kind: "tool", toolKind: "write" },
  e: { kind: "tool", toolKind: "edit" },
  c: { kind: "tool", toolKind: "command" },
  O: { kind: "tool", toolKind: "read", outer: true },
  t: { kind: "thought", isStreaming: false },
  T: { kind: "thought", isStreaming: true },
  x: { kind: "text" },
  p: { kind: "permission" },
};
const items = (letters: string) =>
  [...letters].map((letter, at) => ({ ...LETTERS[letter], letter, key: `${at}`, taskId: "1" }) as unknown as TranscriptItem);
const isOuter = (item: ToolItem) => "outer" in item;
const letterOf = (item: TranscriptItem) => (item as unknown as { letter: string }).letter;
const show = (list: readonly TranscriptItem[]) =>
  groupItems(list, isOuter)
    .map((entry) => (entry.kind === "group" ? `(${entry.items.map(letterOf).join("")})` : letterOf(entry)))
    .join("");

it.each([
  ["", ""],
  ["rr", "rr"],
  ["rrr", "(rrr)"],
  ["rst", "rst"],
  ["rts", "(rts)"],
  ["tr", "tr"],
  ["trr", "(trr)"],
  ["ttt", "ttt"],
  ["rlsx", "(rls)x"],
  ["rrrtx", "(rrr)tx"],
  ["www", "www"],
  ["wwww", "(wwww)"],
  ["wetwe", "(wetwe)"],
  ["rrrwwww", "(rrr)(wwww)"],
  ["rrrtwwww", "(rrr)(twwww)"],
  ["wwcww", "wwcww"],
  ["rrpr", "rrpr"],
  ["rrT", "rrT"],
  ["rrOr", "rrOr"],
])("groups %s as %s", (letters, grouped) => {
  expect(show(items(letters))).toBe(grouped);
});

it("does not join two turns, and splits what is too long to be drawn", () => {
  const [a, b] = [items("rr"), items("rr").map((item) => ({ ...item, taskId: "2" }) as TranscriptItem)];
  expect(show([...a, ...b])).toBe("rrrr");
  const long = groupItems(items("r".repeat(450)), isOuter);
  expect(long.map((entry) => (entry.kind === "group" ? entry.items.length : 1))).toEqual([200, 200, 50]);
});

it("keeps every item once, in order, and groups only where nothing else is between", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(LETTERS)), { maxLength: 60 }), (letters) => {
      const list = items(letters.join(""));
      const entries = groupItems(list, isOuter);
      expect(entries.flatMap((entry): readonly TranscriptItem[] => (entry.kind === "group" ? entry.items : [entry]))).toEqual(list);
      const groups = entries.flatMap((entry) => (entry.kind === "group" ? [entry.items.map(letterOf).join("")] : []));
      expect(groups.filter((group) => !/^(?:[rlst]{3,}|[wet]{4,})$/.test(group))).toEqual([]);
    }),
  );
});
