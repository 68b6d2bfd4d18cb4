import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { PromptId, TaskId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { RowMemory, toRows, type RowInput, type TranscriptRow } from "./transcript-rows.ts";

const task = (name: string) => name as TaskId;
const item = (kind: TranscriptItem["kind"], taskName: string, rest: object = {}) =>
  ({ kind, key: `${kind}:${taskName}`, taskId: task(taskName), ...rest }) as unknown as TranscriptItem;
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

  it.each([
    ["nothing but its prompt", [prompt("1"), end("1")], false],
    ["a text", [prompt("1"), item("text", "1"), end("1")], true],
    ["a text, and an end of another in between", [prompt("1"), item("text", "1"), end("2"), end("1")], true],
    ["a beginning that is not here", [end("1")], true],
  ] as const)("knows whether a turn did anything: %s", (_, items, hasOutput) => {
    expect(rows({ items }).at(-1)).toMatchObject({ kind: "item", hasOutput });
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
});
