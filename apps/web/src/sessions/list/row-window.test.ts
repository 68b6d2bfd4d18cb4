import { expect, it } from "vitest";
import { ROW_HEIGHT, toRowWindow } from "./row-window.ts";

it.each<[string, [number, number, number], [number, number]]>([
  ["a short list, whole", [40, 0, 500], [0, 40]],
  ["the beginning of a long one", [200, 0, 450], [0, 24]],
  ["its middle", [200, 100 * ROW_HEIGHT, 450], [84, 126]],
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
