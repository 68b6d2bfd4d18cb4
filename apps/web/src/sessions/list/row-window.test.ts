import fc from "fast-check";
import { expect, it } from "vitest";
import { ROW_HEIGHT, toRowRuns, toRowWindow } from "./row-window.ts";

it.each<[string, [number, number, number], [number, number]]>([
  ["a short list, whole", [40, 0, 500], [0, 40]],
  ["the beginning of a long one", [200, 0, 450], [0, 30]],
  ["its middle", [200, 100 * ROW_HEIGHT, 450], [84, 132]],
  ["its end", [200, 195 * ROW_HEIGHT, 450], [180, 200]],
  ["one that begins below what is in sight", [200, -10_000, 450], [0, 0]],
  ["one that ended above", [200, 100_000, 450], [200, 200]],
])("draws %s", (_, [count, above, height], [from, to]) => {
  expect(toRowWindow(count, above, height)).toEqual({ from, to });
});

it("always draws the visible rows, and never many more", () => {
  for (let above = 0; above < 200 * ROW_HEIGHT; above += 7) {
    const { from, to } = toRowWindow(200, above, 600);
    expect(from * ROW_HEIGHT).toBeLessThanOrEqual(above);
    expect(Math.min(200, (above + 600) / ROW_HEIGHT)).toBeLessThanOrEqual(to);
    expect(to - from).toBeLessThanOrEqual(54);
  }
});

it.each<[string, [number, number], number, string]>([
  ["only the window", [10, 20], -1, "-0..10 +10..20 -20..30"],
  ["a kept row above it", [10, 20], 3, "-0..3 +3..4 -4..10 +10..20 -20..30"],
  ["a kept row right above it", [10, 20], 9, "-0..9 +9..10 +10..20 -20..30"],
  ["a kept row in it", [10, 20], 15, "-0..10 +10..20 -20..30"],
  ["a kept row below it", [10, 20], 29, "-0..10 +10..20 -20..29 +29..30"],
  ["a kept row of a list out of sight", [0, 0], 5, "-0..5 +5..6 -6..30"],
  ["no row that has gone", [0, 30], 30, "+0..30"],
])("draws %s", (_, [from, to], kept, runs) => {
  const shown = toRowRuns({ from, to }, kept, 30).map((run) => `${run.isDrawn ? "+" : "-"}${run.from}..${run.to}`);
  expect(shown.join(" ")).toBe(runs);
});

it("divides all rows without a gap, and draws the window and the kept row", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.nat(100), fc.integer({ min: -1, max: 110 }), (a, b, count, kept) => {
      const [from, to] = [Math.min(a, b, count), Math.min(Math.max(a, b), count)];
      const runs = toRowRuns({ from, to }, kept, count);
      expect(runs.reduce((at, run) => (run.from === at && run.to > at ? run.to : Number.NaN), 0)).toBe(count);
      const drawn = new Set(
        runs.flatMap((run) => (run.isDrawn ? Array.from({ length: run.to - run.from }, (_, at) => run.from + at) : [])),
      );
      for (let row = 0; row < count; row++) expect(drawn.has(row)).toBe((row >= from && row < to) || row === kept);
    }),
  );
});
