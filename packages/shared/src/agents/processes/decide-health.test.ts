import { expect, it } from "vitest";
import { decideHealth } from "./decide-health.ts";

it.each([
  { name: "a program that answers", silentMs: 0, failedProbes: 0, isBusy: false, decision: "keep" },
  { name: "a program that streams but does not answer", silentMs: 100, failedProbes: 99, isBusy: true, decision: "keep" },
  { name: "silent for half a minute while idle", silentMs: 30_000, failedProbes: 5, isBusy: false, decision: "replace" },
  { name: "silent, with the minimum of failed probes", silentMs: 30_000, failedProbes: 3, isBusy: false, decision: "replace" },
  { name: "silent for less than half a minute", silentMs: 29_999, failedProbes: 5, isBusy: false, decision: "keep" },
  { name: "silent for almost a minute while busy", silentMs: 59_999, failedProbes: 9, isBusy: true, decision: "keep" },
  { name: "silent for a minute while busy", silentMs: 60_000, failedProbes: 9, isBusy: true, decision: "replace" },
  { name: "silent because the machine slept", silentMs: 3_600_000, failedProbes: 1, isBusy: false, decision: "keep" },
])("P8: $name", ({ decision, ...health }) => {
  expect(decideHealth(health)).toBe(decision);
});
