import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BATCH_WINDOW_MS, decideBatchWindow, WIDE_BATCH_WINDOW_MS } from "./decide-batch-window.ts";

it.each([
  { events: 1, chars: 6, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 3, chars: 18, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 7, chars: 7, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 8, chars: 8, collectedMs: 16, window: WIDE_BATCH_WINDOW_MS },
  { events: 8, chars: 0, collectedMs: 16, window: WIDE_BATCH_WINDOW_MS },
  { events: 23, chars: 23, collectedMs: 48, window: BATCH_WINDOW_MS },
  { events: 24, chars: 24, collectedMs: 48, window: WIDE_BATCH_WINDOW_MS },
  // Several words in an event.
  { events: 2, chars: 39, collectedMs: 16, window: BATCH_WINDOW_MS },
  { events: 2, chars: 40, collectedMs: 16, window: WIDE_BATCH_WINDOW_MS },
  { events: 5, chars: 119, collectedMs: 48, window: BATCH_WINDOW_MS },
  { events: 5, chars: 120, collectedMs: 48, window: WIDE_BATCH_WINDOW_MS },
  // A whole paragraph at once.
  { events: 1, chars: 2_000, collectedMs: 16, window: BATCH_WINDOW_MS },
])("after $events events with $chars characters in $collectedMs ms, the next are collected for $window ms", ({ window, ...before }) => {
  expect(decideBatchWindow(before)).toBe(window);
});

it("a steady stream keeps its window", () => {
  const rate = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
  fc.assert(
    fc.property(rate(20), rate(100), (events, chars) => {
      const windowAfter = (collectedMs: number) =>
        decideBatchWindow({ events: events * collectedMs, chars: chars * collectedMs, collectedMs });
      const window = windowAfter(BATCH_WINDOW_MS);
      expect(windowAfter(window)).toBe(window);
    }),
  );
});
