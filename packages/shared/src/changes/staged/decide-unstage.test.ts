import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentId, SessionId, TaskId } from "../../ids.ts";
import { isSameState, type FileState } from "../edits/file-edit.ts";
import { decideUnstage, takeTurnOut } from "./decide-unstage.ts";
import { stagedState, type StagedEdit } from "./staged-edit.ts";

const state = (digit: string): FileState => ({ mode: "100644", oid: digit.repeat(40) });
const T = TaskId.parse("task-T");

/** An edit over `base`, with a step for each letter pair: who, and the content left; "-" deletes, and "T" is the turn. */
function edit(base: string, ...steps: string[]): StagedEdit {
  const toState = (digit: string) => (digit === "-" ? null : state(digit));
  return {
    sessionId: SessionId.parse("session-1"),
    path: "a.txt",
    base: toState(base),
    steps: steps.map(([who, digit], at) => ({
      agent: who === "Y" ? null : AgentId.parse("boocode"),
      chatId: null,
      taskId: who === "Y" ? null : TaskId.parse(`task-${who}`),
      after: toState(digit!),
      at,
    })),
    bytes: 1,
    createdAt: 0,
    updatedAt: 0,
  };
}

describe("decideUnstage", () => {
  it.each<[string, StagedEdit, string | null]>([
    ["nothing of the turn's", edit("a", "Ab"), null],
    ["the turn's alone", edit("a", "Tb"), "write a"],
    ["a new file of the turn's", edit("-", "Tb"), "write -"],
    ["a deletion of the turn's", edit("a", "T-"), "write a"],
    ["the turn's over another's", edit("a", "Ab", "Tc"), "write b"],
    ["the turn's over another's deletion", edit("a", "A-", "Tc"), "write -"],
    ["another's over the turn's", edit("a", "Tb", "Yc"), "later a merge"],
    ["another's between two of the turn's", edit("a", "Tb", "Yc", "Td"), "later write a"],
    ["another's deletion over the turn's", edit("a", "Tb", "Y-"), "later a"],
    ["another's return to before the turn", edit("a", "Ab", "Tc", "Yb"), "later none"],
  ])("%s", (_, input, expected) => {
    const decided = decideUnstage(input, T);
    const words = decided && [
      decided.isLater ? "later" : "",
      decided.decision.kind === "later" ? "" : decided.decision.kind,
      "to" in decided.decision ? (decided.decision.to?.oid[0] ?? "-") : "",
      decided.decision.kind === "later" && decided.decision.merge ? "merge" : "",
    ];
    expect(words?.filter(Boolean).join(" ") ?? null).toBe(expected);
  });
});

describe("takeTurnOut", () => {
  it.each<[string, StagedEdit, string, string | null]>([
    ["drops the turn's alone", edit("a", "Tb"), "a", null],
    ["goes back to another's step", edit("a", "Ab", "Tc"), "b", "Ab"],
    ["goes back to another's deletion", edit("a", "A-", "Tc"), "-", "A-"],
    ["gives what was merged to its last author", edit("a", "Tb", "Ac", "Yd"), "e", "Ac Ye"],
    ["drops later steps of which nothing is left", edit("a", "Ab", "Tc", "Yd"), "b", "Ab"],
    ["drops all where the beginning is back", edit("a", "Ab", "Tc", "Yd"), "a", null],
  ])("%s", (_, input, now, expected) => {
    const left = takeTurnOut(input, T, { state: now === "-" ? null : state(now), bytes: 7 });
    const words = left?.steps.map(({ taskId, after }) => `${taskId === null ? "Y" : taskId.at(-1)}${after?.oid[0] ?? "-"}`);
    expect(words?.join(" ") ?? null).toBe(expected);
    expect(left ?? { bytes: 7, base: input.base }).toMatchObject({ bytes: 7, base: input.base });
  });

  it("never leaves a step of the turn, nor another content than what is left", () => {
    const who = fc.constantFrom("T", "A", "Y");
    const digits = fc.constantFrom("a", "b", "c", "-");
    fc.assert(
      fc.property(fc.array(fc.tuple(who, digits), { minLength: 1, maxLength: 8 }), digits, ([...steps], base) => {
        const input = edit(base, ...steps.map((step) => step.join("")));
        const decided = decideUnstage(input, T);
        expect(decided === null).toBe(!steps.some(([by]) => by === "T"));
        if (decided === null) return;
        const now = "to" in decided.decision ? decided.decision.to : stagedState(input);
        const left = takeTurnOut(input, T, { state: now, bytes: 1 });
        expect(left?.steps.some(({ taskId }) => taskId === T) ?? false).toBe(false);
        expect(left === null ? now : stagedState(left)).toEqual(now);
        // Without later work, exactly what was staged before the turn is staged again.
        expect(decided.isLater || isSameState(now, decided.before)).toBe(true);
      }),
    );
  });
});
