import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { joinPlaces, nextPlace } from "./find-places.ts";

const taskId = TaskId.parse("t");
const item = (key: string, text: string) =>
  ({ kind: "text", key, taskId, at: 0, firstSeq: 0, text, isStreaming: false }) as unknown as TranscriptItem;
const place = (itemKey: string) => ({ taskId, itemKey });
const keysOf = (found: string[], items: TranscriptItem[], text: string) =>
  joinPlaces(found.map(place), items, text).map(({ itemKey }) => itemKey);

it.each<[string, string[], string, string[]]>([
  ["the loaded ones, whatever the case", [], "NEEDLE", ["b", "c"]],
  ["older ones first", ["x", "a"], "needle", ["x", "b", "c"]],
  ["a loaded one as it is now, not as it was found", ["a"], "needle", ["b", "c"]],
  ["none for no text", ["x"], "", []],
])("finds %s", (_, found, text, keys) => {
  expect(keysOf(found, [item("a", "hay"), item("b", "a Needle"), item("c", "needles")], text)).toEqual(keys);
});

it.each<[string | null, 1 | -1, number]>([
  [null, -1, 2],
  [null, 1, 0],
  ["a", 1, 1],
  ["c", 1, 0],
  ["a", -1, 2],
  ["gone", -1, 2],
])("from %s by %i it goes to place %i", (current, step, next) => {
  expect(nextPlace(["a", "b", "c"].map(place), current, step)).toBe(next);
});

it("goes nowhere without a place", () => {
  expect(nextPlace([], "a", 1)).toBe(null);
});
