import { expect, test } from "vitest";
import { toRelativeTime, toTimeAgo } from "./relative-time.tsx";

const from = Date.UTC(2025, 5, 15, 12);
const seconds = (count: number) => from - count * 1_000;

test.each([
  ["a clock ahead of ours", seconds(-30), "now"],
  ["just now", seconds(59), "now"],
  ["a minute", seconds(60), "1m"],
  ["under an hour", seconds(3_599), "59m"],
  ["an hour", seconds(3_600), "1h"],
  ["a day", seconds(86_400), "1d"],
  ["thirteen days", seconds(13 * 86_400), "13d"],
  ["two weeks", seconds(14 * 86_400), "2w"],
  ["over a year", Date.UTC(2023, 0, 2), "2023-01-02"],
])("%s", (_, at, words) => {
  expect(toRelativeTime(at, from)).toBe(words);
});

test.each([
  ["just now", seconds(3), "now"],
  ["minutes", seconds(300), "5m ago"],
  ["over a year", Date.UTC(2023, 0, 2), "2023-01-02"],
])("%s, in a sentence", (_, at, words) => {
  expect(toTimeAgo(at, from)).toBe(words);
});
