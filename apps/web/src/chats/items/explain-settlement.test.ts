import { expect, it } from "vitest";
import { explainSettlement } from "./explain-settlement.ts";

const options = [{ id: "yes", label: "Allow", kind: "allow_once" }];

it.each([
  ["person", "yes", "You answered: Allow"],
  ["rule", "yes", "Answered by a rule: Allow"],
  ["cancelled", null, "Cancelled: nobody answered before the turn stopped."],
] as const)("by %s", (by, optionId, words) => {
  expect(explainSettlement({ options }, { optionId, by })).toBe(words);
});
