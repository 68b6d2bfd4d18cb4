import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BATCH_WINDOW_MS, decideBatchWindow, WIDE_BATCH_WINDOW_MS } from "./decide-batch-window.ts";

it.each([
  { events: 1, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 3, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 7, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 8, collectedMs: 16, window: WIDE_BATCH_WINDOW_MS },
  { events: 23, collectedMs: 48, window: BATCH_WINDOW_MS },
  { events: 24, collectedMs: 48, window: WIDE_BATCH_WINDOW_MS },
])("after $events events in $collectedMs ms, the next are collected for $window ms", ({ window, ...before }) => {
  expect(decideBatchWindow(before)).toBe(window);
});

it("a steady stream keeps its window", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), (perMs) => {
      const windowAfter = (collectedMs: number) => decideBatchWindow({ events: perMs * collectedMs, collectedMs });
      const window = windowAfter(BATCH_WINDOW_MS);
      expect(windowAfter(window)).toBe(window);
    }),
  );
});
