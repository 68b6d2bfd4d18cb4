import { expect, test } from "vitest";
import { BackOff, toBackOffMs } from "./back-off.ts";

test.each([
  [0, 0.5, 0],
  [1, 0.5, 200],
  [2, 0.5, 400],
  [4, 0.5, 1_600],
  [9, 0.5, 5_000],
  [1_000, 0, 4_000],
])("attempt %i with chance %f waits %i ms", (attempt, random, ms) => {
  expect(toBackOffMs(attempt, random)).toBe(ms);
});

test("hurry ends a wait that is under way", async () => {
  const backOff = new BackOff();
  await backOff.wait();
  const due = Promise.race([backOff.wait().then(() => "due"), new Promise((resolve) => setImmediate(resolve, "waiting"))]);
  backOff.hurry();
  expect(await due).toBe("due");
});
