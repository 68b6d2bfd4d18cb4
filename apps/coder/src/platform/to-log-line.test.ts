import { expect, it } from "vitest";
import { toLogLine } from "./to-log-line.ts";

const TIME = new Date(2026, 4, 3, 9, 5, 7).getTime();

function line(record: Record<string, unknown>): string {
  return toLogLine(`${JSON.stringify({ level: 30, time: TIME, pid: 7, ...record })}\n`);
}

it.each<[string, Record<string, unknown>, string]>([
  ["what happened, and the rest by name", { msg: "Ready", version: "0.1.0", startMs: 88 }, "09:05:07 Ready  version=0.1.0  startMs=88\n"],
  [
    "a value that is no single word, quoted",
    { msg: "Off", reason: "no git", none: null, "": "" },
    '09:05:07 Off  reason="no git"  none=null  =""\n',
  ],
  ["a level above the usual", { level: 40, msg: "Slow" }, "09:05:07 warning: Slow\n"],
  [
    "an error's message without its stack",
    { level: 40, msg: "Odd", err: { message: "gone", stack: "Error: gone\n    at a.ts:1:2" } },
    "09:05:07 warning: Odd: gone\n",
  ],
  [
    "a failure's stack",
    { level: 50, msg: "Broke", err: { message: "gone", stack: "Error: gone\n    at a.ts:1:2" } },
    "09:05:07 error: Broke: gone\n    at a.ts:1:2\n",
  ],
  ["an error without other words", { level: 60, error: { message: "gone" } }, "09:05:07 fatal: gone\n"],
  ["nothing that a terminal obeys", { msg: "a\u001b[31mb\n", head: "c\u009b2J" }, "09:05:07 a\\u001b[31mb\\u000a  head=c\\u009b2J\n"],
  ["a long value, cut", { msg: "Long", text: "x".repeat(300) }, `09:05:07 Long  text=${"x".repeat(200)}…\n`],
])("says %s", (_, record, expected) => {
  expect(line(record)).toBe(expected);
});

it("returns a line that is not a record unchanged", () => {
  expect(toLogLine("words\n")).toBe("words\n");
});
