import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadAgain } from "./later.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks again for a part of the page that did not come", async () => {
  let asked = 0;
  const loading = loadAgain(async () => {
    asked += 1;
    if (asked < 4) throw new Error("Failed to fetch");
    return "the part";
  });
  await vi.runAllTimersAsync();
  expect([await loading, asked]).toEqual(["the part", 4]);
});

it("gives up after two minutes, with the browser's own words", async () => {
  const startedAt = Date.now();
  const loading = loadAgain(() => Promise.reject(new Error("Failed to fetch"))).catch((error: Error) => error.message);
  await vi.runAllTimersAsync();
  expect(await loading).toBe("Failed to fetch");
  expect(Date.now() - startedAt).toBeGreaterThan(90_000);
  expect(Date.now() - startedAt).toBeLessThan(180_000);
});
