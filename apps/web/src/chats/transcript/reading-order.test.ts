import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { findWaiting, toReadingOrder } from "./reading-order.ts";

/** Reads `"p1 t1 e1"`: prompt, text and end of numbered tasks in the journal's order; `x1` is the end of a task that never began. */
const read = (journal: string) =>
  journal
    .split(" ")
    .filter(Boolean)
    .map((word, at) => {
      const kind = { p: "prompt", t: "text", e: "turn_end", x: "turn_end" }[word[0] as "p" | "t" | "e" | "x"];
      const end = word.startsWith("x") ? { state: "cancelled", durationMs: null } : { state: "completed", durationMs: 1 };
      return { key: `${word}:${at}`, kind, taskId: word.slice(1) as TaskId, firstSeq: at + 1, ...end } as unknown as TranscriptItem;
    });
const show = (items: readonly TranscriptItem[]) => items.map((item) => item.key.split(":")[0]).join(" ");

describe("toReadingOrder", () => {
  it.each([
    ["", null, ""],
    ["p1 t1 e1 p2 t2", "2", "p1 t1 e1 p2 t2"],
    ["p1 t1 p2 t1 e1 t2", "2", "p1 t1 t1 e1 p2 t2"],
    ["p1 t1 p2 p3 t1", "1", "p1 t1 t1"],
    ["p1 t1 p2 e1", "2", "p1 t1 e1 p2"],
    ["p1 t1 p2 e2 t1", "1", "p1 t1 p2 e2 t1"],
    ["p1 t1 p2 p3 x2 t1 e1", "3", "p1 t1 x2 t1 e1 p3"],
    ["p1 x1", null, "x1"],
    ["p1", null, ""],
    ["p1", "1", "p1"],
    ["t1 e1 p2 t2", "2", "t1 e1 p2 t2"],
    ["p1 p2 t1 p3 e1 t2 e2 t3", "3", "p1 t1 e1 p2 t2 e2 p3 t3"],
  ])("%j while %j runs", (journal, running, expected) => {
    expect(show(toReadingOrder(read(journal), running as TaskId | null))).toBe(expected);
  });

  it("leaves out the note of a removed prompt that was brought back", () => {
    const items = read("p1 t1 p2 x2 p3 e1 t3");
    const again = items.map((item) => (item.taskId === "3" && item.kind === "prompt" ? { ...item, again: "2" as TaskId } : item));
    expect(show(toReadingOrder(again, "3" as TaskId))).toBe("p1 t1 e1 p3 t3");
  });

  it("returns the same array if nothing moves", () => {
    const items = read("p1 t1 e1 p2 t2");
    expect(toReadingOrder(items, "2" as TaskId)).toBe(items);
  });
});

describe("findWaiting", () => {
  it.each([
    ["p1 t1 p2 p3 t1", "1", ["2", "3"]],
    ["p1 t1 e1", null, []],
    ["p1", "1", []],
    ["p1 e1 p2", null, ["2"]],
  ])("%j while %j runs", (journal, running, expected) => {
    expect(findWaiting(read(journal), running as TaskId | null).map((prompt) => prompt.taskId)).toEqual(expected);
  });
});
