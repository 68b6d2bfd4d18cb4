import { expect, it } from "vitest";
import { decideShares } from "./decide-shares.ts";
import type { FileState } from "./file-edit.ts";

/** A content by one character; a blank is no file. */
const state = (name: string): FileState => (name === " " ? null : { mode: "100644", oid: name.repeat(40) });
const save = (moves: string) => ({ path: "a", before: state(moves[0]!), after: state(moves[1]!) });

it.each([
  ["the turn left it alone", "ab", ["ab"], "person"],
  ["it saved twice", "ac", ["ab", "bc"], "person"],
  ["it made the file", " b", [" b"], "person"],
  ["it deleted the file", "a ", ["a "], "person"],
  ["the agent wrote before it", "ac", ["bc"], "person_last"],
  ["the agent wrote between two saves", "ad", ["ab", "cd"], "person_last"],
  ["the agent wrote after it", "ac", ["ab"], "agent_last"],
  ["the agent deleted it afterwards", "a ", ["ab"], "agent_last"],
  ["it was saved just before the turn", "bc", ["ab"], undefined],
  ["it was saved before the turn and in it", "bd", ["ab", "bd"], "person"],
  ["it was saved before the turn, and taken back and forth", "ad", ["ab", "ba", "ad"], "person"],
] as const)("a file of a turn: %s", (_, [before, after], saves, share) => {
  const turn = new Map([["a", { before: state(before!), after: state(after!) }]]);
  expect(decideShares(turn, saves.map(save)).get("a")).toBe(share);
});

it("says nothing of files that the turn did not change in the end, or that nobody saved", () => {
  expect(decideShares(new Map([["b", { before: null, after: state("b") }]]), [save("ab"), save("ba")]).size).toBe(0);
});
