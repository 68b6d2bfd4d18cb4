import { expect, test } from "vitest";
import type { BackendKind } from "../agent.ts";
import { decideStopStage, type StopStage } from "./stop-steps.ts";

test.each<[number, BackendKind | null, StopStage]>([
  [-50, "acp", "asked"],
  [0, "acp", "asked"],
  [2_999, "acp", "asked"],
  [3_000, "acp", "asked_again"],
  [5_999, "acp", "asked_again"],
  [6_000, "acp", "ending_process"],
  [60_000, "acp", "ending_process"],
  [6_000, "cli", "ending_process"],
  [2_999, "opencode", "asked"],
  [60_000, "opencode", "asked_again"],
  [60_000, "native", "asked_again"],
  [60_000, null, "asked_again"],
])("T2: after %i ms a stop of an agent over %s is at: %s", (elapsedMs, transport, stage) => {
  expect(decideStopStage(elapsedMs, transport)).toBe(stage);
});
