import { expect, it } from "vitest";
import { toLookAgainMs } from "./look-again.ts";

it.each([
  ["a session's budget, which never resets", [null], false],
  ["no budget", [], false],
  ["a day that ends in an hour", [null, 3_600_100], 3_600_000],
  ["a day that is over by the browser's clock", [50], 30_000],
])("of %s", (_, times, expected) => {
  expect(
    toLookAgainMs(
      times.map((resetsAt) => ({ resetsAt })),
      100,
    ),
  ).toBe(expected);
});
