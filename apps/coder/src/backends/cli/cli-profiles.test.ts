import { expect, it } from "vitest";
import { findCliProfile } from "./cli-profiles.ts";

it.each([
  ["claude", "plan"],
  ["codex", "read-only"],
  ["pi", "read"],
  ["another", "own"],
])("the most careful mode of %s is %s", (agent, careful) => {
  const profile = findCliProfile(agent, []);
  expect(profile.careful).toBe(careful);
  expect(profile.modes.map(({ id }) => id)).toContain(careful);
});
