import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import fc from "fast-check";
import { expect, it } from "vitest";
import { nestCalls } from "./nest-calls.ts";

const tool = (callId: string, parentCallId: string | null = null) =>
  ({ kind: "tool", key: `tool:${callId}`, callId, parentCallId }) as unknown as TranscriptItem;
const text = { kind: "text", key: "part:1" } as unknown as TranscriptItem;
const show = (items: readonly TranscriptItem[]) => {
  const { items: top, inside } = nestCalls(items);
  return [top.map(({ key }) => key), Object.fromEntries([...inside].map(([id, calls]) => [id, calls.map(({ callId }) => callId)]))];
};

it.each([
  ["nothing is nested", [text, tool("a")], [["part:1", "tool:a"], {}]],
  ["calls of a sub-task", [tool("a"), tool("b", "a"), text, tool("c", "a")], [["tool:a", "part:1"], { a: ["b", "c"] }]],
  ["a call that is not loaded", [tool("b", "a"), text], [["tool:b", "part:1"], {}]],
  ["a sub-task in a sub-task", [tool("a"), tool("b", "a"), tool("c", "b")], [["tool:a"], { a: ["b", "c"] }]],
  ["its outermost call is not loaded", [tool("b", "a"), tool("c", "b")], [["tool:b"], { b: ["c"] }]],
  ["a circle", [tool("a", "b"), tool("b", "a"), tool("c", "c")], [["tool:a", "tool:b", "tool:c"], {}]],
])("%s", (_, items, nested) => {
  expect(show(items)).toEqual(nested);
});

it("returns the same array if nothing is nested", () => {
  const items = [text, tool("a")];
  expect(nestCalls(items).items).toBe(items);
});

it("loses no item and shows none twice", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "e");
  const list = fc.uniqueArray(fc.tuple(id, fc.option(id)), { selector: ([callId]) => callId });
  fc.assert(
    fc.property(list, (calls) => {
      const items = calls.map(([callId, parent]) => tool(callId, parent));
      const { items: top, inside } = nestCalls(items);
      const shown = [...top, ...[...inside.values()].flat()].map(({ key }) => key);
      expect(shown.toSorted()).toEqual(items.map(({ key }) => key).toSorted());
      for (const outer of inside.keys()) expect(top.map(({ key }) => key)).toContain(`tool:${outer}`);
    }),
  );
});
