import { expect, it } from "vitest";
import { describeKept, describeUnsuspendable, toMemory } from "./describe-kept.ts";

it.each([
  [0, "0 MB"],
  [639_600_000, "640 MB"],
  [1_240_000_000, "1.2 GB"],
])("%d bytes are %s", (bytes, text) => expect(toMemory(bytes)).toBe(text));

it.each([
  ["permission", 0, "waits for your answer", false],
  ["busy", 3, "working", false],
  ["kept_warm", 1, "kept warm by you", true],
  ["programs", 1, "kept: 1 program it started is running", true],
  ["programs", 2, "kept: 2 programs it started are running", true],
  ["recent", 0, null, true],
] as const)("%s with %d programs", (because, programs, words, canSuspend) => {
  expect(describeKept(because, programs)).toBe(words);
  expect(describeUnsuspendable(because) === null).toBe(canSuspend);
});
