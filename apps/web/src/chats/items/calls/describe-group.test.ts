import type { PartItem, ToolItem } from "@boocode/shared/chats/transcript";
import { expect, it } from "vitest";
import { describeGroup } from "./describe-group.ts";
import { describeReach } from "./describe-reach.ts";

let key = 0;
const call = (toolKind: ToolItem["toolKind"], path?: string, rest: object = {}) =>
  ({
    kind: "tool",
    key: `${(key += 1)}`,
    toolKind,
    paths: path ? [path] : [],
    status: "completed",
    result: {},
    ...rest,
  }) as unknown as ToolItem;
const thought = { kind: "thought" } as PartItem;
const patch = (lines: number) => ({ result: { patch: `--- /dev/null\n+++ b/x\n@@ -0,0 +1,${lines} @@\n${"+x\n".repeat(lines)}` } });

it.each([
  ["Read 2 files", [call("read", "a"), call("read", "b"), call("read", "a")]],
  ["Read 1 file, listed 1 folder and searched once", [call("read", "a"), call("list", "."), call("search")]],
  ["Searched 3 times", [call("search"), call("search", "src"), call("search", "src")]],
  ["Wrote 3 files and edited 1 file", [call("write", "a"), call("write", "b"), call("edit", "a"), call("write", "c")]],
] as const)("%s", (title, items) => {
  expect(describeGroup(items).title).toBe(title);
});

it("sums what was written, and says what failed and what still runs", () => {
  const items = [call("write", "a", patch(3)), thought, call("write", "b", patch(4)), call("edit", "c", { status: "failed" })];
  expect(describeGroup(items)).toMatchObject({ additions: 7, deletions: 0, asides: ["1 failed", "1 thought"], isRunning: false });
  expect(describeGroup([...items, call("write", "d", { status: "running" })]).isRunning).toBe(true);
});

it.each([
  ["read", { input: { firstLine: 40, lineCount: 81 } }, "lines 40–120"],
  ["read", { input: { firstLine: 40 } }, "from line 40"],
  ["read", { input: { filePath: "/a", offset: 10, limit: 20 } }, "lines 10–29"],
  ["read", { name: "read_file", input: { offset: 9, limit: 20 } }, "lines 10–29"],
  ["read", { input: { limit: 1 } }, "line 1"],
  ["read", { input: { path: "a" } }, null],
  ["read", { input: undefined }, null],
  ["read", { input: { offset: "1" } }, null],
  ["search", { result: { output: "a.ts:1: x\nb/c.ts:20: x\n[Only 200 are shown.]" } }, "2 hits"],
  ["search", { result: { output: "a.ts:1: x" } }, "1 hit"],
  ["search", { result: { output: "a.ts:1: x", truncatedBytes: 10 } }, "1+ hits"],
  ["search", { result: { output: "Found 12 matches\na.ts:\n  Line 1: x" } }, "12 hits"],
  ["search", { result: { output: "No line matches in 4 files." } }, "nothing found"],
  ["search", { result: { output: "No files found" } }, "nothing found"],
  ["search", { result: { output: "" } }, "nothing found"],
  ["search", { result: { output: "something else" } }, null],
  ["search", { status: "failed", result: { output: "a.ts:1: x" } }, null],
  ["command", { input: { offset: 3 } }, null],
] as const)("%s with %j reaches %s", (kind, given, words) => {
  expect(describeReach(call(kind, undefined, given))).toBe(words);
});
