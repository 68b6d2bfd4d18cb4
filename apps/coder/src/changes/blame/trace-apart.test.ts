import { traceLines, type TraceInput } from "@boocode/shared/changes/trace-lines";
import { expect, it } from "vitest";
import { traceApart } from "./trace-apart.ts";

/** A file whose every version replaces one more line. */
function toInput(lines: number, versions: number): TraceInput<number> {
  const first = { by: "start" as const, from: null, change: { replacedBy: lines }, like: [], isBase: true };
  const later = Array.from({ length: versions }, (_, place) => ({
    by: place + 1,
    from: place,
    change: [{ oldStart: place + 1, oldLines: 1, newStart: place + 1, newLines: 1 }],
    like: [],
    isBase: false,
  }));
  return { versions: [first, ...later], now: versions, base: { lines, like: [], at: versions, leftBy: null, end: versions } };
}

it.each([
  [10, 5],
  [20_000, 40],
])("traces %i lines of %i versions, in whatever thread, to the same end", async (lines, versions) => {
  const input = toInput(lines, versions);
  const traced = await traceApart(input);
  expect(traced).toEqual(traceLines(input));
  expect(traced.lines.slice(0, 3)).toEqual([1, 2, 3]);
  expect([traced.lines.at(-1), traced.removed[0]]).toEqual(["base", 1]);
});
