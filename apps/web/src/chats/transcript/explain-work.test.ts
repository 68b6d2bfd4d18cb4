import { expect, test } from "vitest";
import { explainWork, type Work } from "./explain-work.ts";

const WORK: Work = { phase: "working", agentName: "opencode", transport: "opencode", step: null, hasWorktree: true, hasBegun: true };

test.each<[Partial<Work>, string]>([
  [{}, "Working"],
  [{ hasBegun: false }, "Waiting for opencode's first output"],
  [{ phase: "starting", hasWorktree: false, hasBegun: false }, "Making the session's worktree"],
  [{ phase: "starting", hasBegun: false }, "Starting opencode"],
  [{ phase: "starting", step: "worktree", hasBegun: false }, "Making the session's worktree"],
  [{ phase: "starting", step: "setup", hasBegun: false }, "Setting up the session's worktree"],
  [{ phase: "starting", step: "checkpoint", hasBegun: false }, "Taking a checkpoint of the files"],
  [{ phase: "starting", step: "agent", hasWorktree: false, hasBegun: false }, "Starting opencode"],
  [{ phase: "asking" }, "Waits for your answer"],
  [{ phase: "stopping", hasBegun: false }, "Stopping…"],
])("%o reads %s", (change, words) => {
  expect(explainWork({ ...WORK, ...change })).toBe(words);
});

test.each<[Work["transport"], number, string]>([
  ["acp", 2_000, "Stopping…"],
  ["acp", 3_000, "Stopping… goose was asked again"],
  ["acp", 6_000, "Stopping… goose does not stop when asked, so its process is being ended"],
  ["opencode", 6_000, "Stopping… goose was asked again"],
])("a stop of an agent over %s reads after %i ms: %s", (transport, elapsedMs, words) => {
  expect(explainWork({ ...WORK, agentName: "goose", transport, phase: "stopping" }, elapsedMs)).toBe(words);
});
