import { expect, it } from "vitest";
import { chooseCliMode, listCliModes } from "./choose-cli-mode.ts";
import { findCliProfile } from "./cli-profiles.ts";

it.each<[agent: string, wanted: string, alone: string, inPlace: string]>([
  // By itself the first mode is the usual one. In place of the program that asks, the usual mode is the one of the agent's own settings,
  // in which what it would have asked for is refused.
  ["claude", "", "acceptEdits", "own"],
  ["claude", "auto", "acceptEdits", "own"],
  ["claude", "own", "own", "own"],
  ["claude", "acceptEdits", "acceptEdits", "acceptEdits"],
  ["claude", "bypassPermissions", "bypassPermissions", "bypassPermissions"],
  ["claude", "plan", "plan", "plan"],
  ["claude", "default", "plan", "plan"],
  ["claude", "dontAsk", "plan", "plan"],
  ["codex", "", "workspace-write", "own"],
  ["codex", "read-only", "read-only", "read-only"],
  ["codex", "auto", "workspace-write", "workspace-write"],
  ["codex", "full-access", "read-only", "danger-full-access"],
  ["codex", "turbo", "read-only", "read-only"],
  ["pi", "", "everything", "read"],
  ["another", "", "own", "own"],
  ["another", "plan", "own", "own"],
])("%s in mode “%s” works in %s by itself, and in %s where its other program did not start", (agent, wanted, alone, inPlace) => {
  const profile = findCliProfile(agent, []);
  expect([chooseCliMode(profile, wanted, false).mode, chooseCliMode(profile, wanted, true).mode]).toEqual([alone, inPlace]);
  for (const standsIn of [false, true]) expect(chooseCliMode(profile, "", standsIn).mode).toBe(listCliModes(profile, standsIn)[0]?.id);
});
