import { expect, it } from "vitest";
import { AgentId } from "../../ids.ts";
import { decideStagingBoundary, type StagingBoundary } from "./staging-boundary.ts";

const [boocode, opencode] = ["boocode", "opencode"].map((id) => AgentId.parse(id)) as [AgentId, AgentId];
type Change = Parameters<typeof decideStagingBoundary>[0]["changes"][number];
const staged = (...agents: Change["agents"]): Change => ({ location: "staged", agents });
const written = (...agents: Change["agents"]): Change => ({ location: "worktree", agents });
const hidden = (files: number, authors: (string | null)[], areItsOwn = false): StagingBoundary => ({ files, authors, areItsOwn });

const cases: [agent: string, mode: string, changes: Change[], boundary: StagingBoundary | null][] = [
  // Nothing is staged.
  ["boocode", "", [], null],
  ["boocode", "review", [], null],
  ["opencode", "", [], null],
  ["opencode", "", [written(boocode)], null],
  // The native agent in review mode sees everything that is staged.
  ["boocode", "review", [staged(boocode)], null],
  ["boocode", "review", [staged(null)], null],
  ["boocode", "review", [staged(opencode), staged(null)], null],
  // In its other modes it works on disk, and sees not even its own.
  ["boocode", "", [staged(boocode)], hidden(1, ["boocode"], true)],
  ["boocode", "auto", [staged(boocode), staged(boocode)], hidden(2, ["boocode"], true)],
  ["boocode", "auto", [staged(null)], hidden(1, [null])],
  ["boocode", "auto", [staged(boocode), staged(null, boocode)], hidden(2, ["boocode", null])],
  // Other agents never see them, whatever they call their mode.
  ["opencode", "", [staged(boocode)], hidden(1, ["boocode"])],
  ["opencode", "auto", [written(opencode), staged(boocode, null)], hidden(1, ["boocode", null])],
  ["opencode", "review", [staged(boocode)], hidden(1, ["boocode"])],
  ["opencode", "plan", [staged(null)], hidden(1, [null])],
  ["goose", "", [staged(boocode), staged(boocode)], hidden(2, ["boocode"])],
];

it.each(cases)("%s in mode “%s” with %j: %j", (agent, mode, changes, boundary) => {
  expect(decideStagingBoundary({ agent, mode, changes })).toEqual(boundary);
});
