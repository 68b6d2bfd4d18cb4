import { expect, it } from "vitest";
import { describeJudgement } from "./describe-judgement.ts";

it.each([
  ["applied", ["a", "b", "c"], false, "You applied 3 files"],
  ["applied", ["src/a.ts"], false, "You applied src/a.ts"],
  ["applied", ["a", "b"], true, "You took back applying 2 files"],
  ["rejected", ["odd\nname"], false, "You rejected odd\\nname"],
  ["rejected", ["a"], true, "You took back rejecting a"],
  ["restored", ["a", "b"], false, "You restored 2 files to before this turn"],
  ["restored", ["a"], true, "You took back restoring a"],
] as const)("%s %j, undone %s: %s", (verb, paths, isUndone, words) => {
  expect(describeJudgement({ verb, paths, pathCount: paths.length, isUndone })).toBe(words);
});
