import { expect, it } from "vitest";
import { decideHealth } from "./decide-health.ts";

it.each([
  { name: "one that answers", silentMs: 0, failedProbes: 0, isBusy: false, decision: "keep" },
  { name: "one that streams and does not answer", silentMs: 100, failedProbes: 99, isBusy: true, decision: "keep" },
  { name: "one silent for half a minute", silentMs: 30_000, failedProbes: 5, isBusy: false, decision: "replace" },
  { name: "one silent that was asked often enough", silentMs: 30_000, failedProbes: 3, isBusy: false, decision: "replace" },
  { name: "one silent for less", silentMs: 29_999, failedProbes: 5, isBusy: false, decision: "keep" },
  { name: "one silent for half a minute at work", silentMs: 59_999, failedProbes: 9, isBusy: true, decision: "keep" },
  { name: "one silent for a minute at work", silentMs: 60_000, failedProbes: 9, isBusy: true, decision: "replace" },
  { name: "one that slept with the machine", silentMs: 3_600_000, failedProbes: 1, isBusy: false, decision: "keep" },
])("P8: $name", ({ decision, ...health }) => {
  expect(decideHealth(health)).toBe(decision);
});
