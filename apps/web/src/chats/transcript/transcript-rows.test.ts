import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { PromptId, TaskId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { RowMemory, toRows, type RowInput, type TranscriptRow } from "./transcript-rows.ts";

const task = (name: string) => name as TaskId;
const item = (kind: TranscriptItem["kind"], taskName: string, rest: object = {}) =>
  ({ kind, key: `${kind}:${taskName}`, taskId: task(taskName), text: "", ...rest }) as unknown as TranscriptItem;
const prompt = (taskName: string) => item("prompt", taskName, { promptId: `p${taskName}`, text: `ask ${taskName}` }) as PromptItem;
const end = (taskName: string, rest: object = {}) => item("turn_end", taskName, { state: "completed", durationMs: 5, ...rest });
const rows = (input: Partial<RowInput>, previous: readonly TranscriptRow[] = []) =>
  toRows({ items: [], all: input.items ?? [], next: null, sending: [], runningTaskId: null, ...input }, previous);
const show = (list: readonly TranscriptRow[]) => list.map((row) => `${row.kind} ${row.key}`);

describe("toRows", () => {
  it("ends with sending prompts and the working row", () => {
    const sending = [{ promptId: "p9" as PromptId, text: "x" }];
    expect(show(rows({ items: [prompt("1"), item("text", "1")], sending, runningTaskId: task("1") }))).toEqual([
      "item p1",
      "item text:1",
      "sending p9",
      "working working",
    ]);
    expect(show(rows({ next: prompt("2") }))).toEqual(["item p2", "working working"]);
    expect(rows({})).toEqual([]);
  });

  it("keeps the row of an unchanged item", () => {
    const items = [prompt("1"), item("text", "1")];
    const before = rows({ items });
    const after = rows({ items: [items[0]!, item("text", "1")] }, before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("has the calls of a sub-task inside its row, which stays the same until one of them changes", () => {
    const call = (callId: string, parentCallId: string | null = null) => item("tool", callId, { callId, parentCallId });
    const [outer, first] = [call("a"), call("b", "a")];
    const before = rows({ items: [outer, first, end("1")] });
    expect(show(before)).toEqual(["item tool:a", "item turn_end:1"]);
    expect(before[0]).toMatchObject({ inside: [first] });
    expect(rows({ items: [outer, first, end("1")] }, before)[0]).toBe(before[0]);
    expect(rows({ items: [outer, first, call("c", "a"), end("1")] }, before)[0]).toMatchObject({ inside: [first, { callId: "c" }] });
  });

  it.each([
    ["nothing but its prompt", [prompt("1"), end("1")], false],
    ["a text", [prompt("1"), item("text", "1"), end("1")], true],
    ["a text, and an end of another in between", [prompt("1"), item("text", "1"), end("2"), end("1")], true],
    ["a beginning that is not here", [end("1")], true],
  ] as const)("knows whether a turn did anything: %s", (_, items, hasOutput) => {
    expect(rows({ items }).at(-1)).toMatchObject({ kind: "item", hasOutput });
  });

  it("has runs of calls in one row, which keeps its key while it grows", () => {
    const call = (callId: string) => item("tool", callId, { callId, parentCallId: null, toolKind: "read", taskId: task("1") });
    const calls = ["a", "b", "c"].map(call);
    const before = rows({ items: [prompt("1"), ...calls] });
    expect(show(before)).toEqual(["item p1", "group group:tool:a"]);
    expect(rows({ items: [prompt("1"), ...calls] }, before)[1]).toBe(before[1]);
    const after = rows({ items: [prompt("1"), ...calls, call("d"), end("1")] }, before);
    expect(show(after)).toEqual(["item p1", "group group:tool:a", "item turn_end:1"]);
    expect(after.at(-1)).toMatchObject({ hasOutput: true });
  });

  it("knows what the agent said last in a turn", () => {
    const text = (key: string, said: string, taskName = "1") => item("text", taskName, { key, text: said });
    const call = item("tool", "a", { callId: "a", parentCallId: null, toolKind: "command", taskId: task("1") });
    const answerOf = (...items: TranscriptItem[]) => rows({ items: [prompt("1"), ...items, end("1")] }).at(-1);
    expect(answerOf(text("x", "I look."), call, text("y", "Done. "), text("z", "Bye."))).toMatchObject({ answer: "Done.\n\nBye." });
    expect(answerOf(text("x", "I look."), call)).toMatchObject({ answer: "I look." });
    expect(answerOf(call)).toMatchObject({ answer: "" });
    expect(answerOf(text("x", "Another's.", "0"))).toMatchObject({ answer: "" });
  });

  it("says what was taken back in its own words", () => {
    const removed = end("2", { state: "cancelled", durationMs: null });
    expect(rows({ items: [removed], all: [prompt("2"), removed] })).toEqual([
      { kind: "removed", key: "turn_end:2", item: removed, text: "ask 2" },
    ]);
  });
});

it("detects prepended rows, and only those", () => {
  const memory = new RowMemory();
  const items = [prompt("2"), item("text", "2")];
  const next = (list: readonly TranscriptItem[]) =>
    memory.next({ items: list, all: list, next: null, sending: [], runningTaskId: null }).isPrepended;
  expect(next(items)).toBe(false);
  expect(next([...items, end("2")])).toBe(false);
  expect(next([prompt("1"), end("1"), ...items, end("2")])).toBe(true);
  expect(next([prompt("1"), end("1"), ...items, end("2")])).toBe(false);
  expect(next([prompt("3")])).toBe(false);
  // The oldest row becomes a part of a group.
  const read = (callId: string) => item("tool", callId, { callId, parentCallId: null, toolKind: "read", taskId: task("3") });
  expect(next([read("c"), item("text", "3")])).toBe(false);
  expect(next([prompt("3"), read("a"), read("b"), read("c"), item("text", "3")])).toBe(true);
});
