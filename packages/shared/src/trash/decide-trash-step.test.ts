import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAwayStep, decideBackStep, decideTrashRecovery, type TrashedFacts, type TrashSeen } from "./decide-trash-step.ts";

const LIVE: TrashedFacts = { state: "live", gitDirName: "session-1" };
const whole = (given: Partial<TrashSeen> = {}): TrashSeen => ({
  home: "ours",
  isInTrash: false,
  hasCopy: false,
  isRegistered: true,
  lock: "here",
  ...given,
});

const nameOf = (decision: { kind: string; step?: string }) => decision.step ?? decision.kind;

describe("moving away", () => {
  it.each<[string, TrashSeen, TrashedFacts, string]>([
    ["copies git's directory first", whole(), LIVE, "copy"],
    ["then takes off the lock", whole({ hasCopy: true }), LIVE, "unlock"],
    ["then moves the folder", whole({ hasCopy: true, lock: "only_in_copy" }), LIVE, "move"],
    ["then makes git forget", whole({ home: "none", isInTrash: true, hasCopy: true, lock: "only_in_copy" }), LIVE, "unregister"],
    ["and is done", whole({ home: "none", isInTrash: true, hasCopy: true, isRegistered: false, lock: "only_in_copy" }), LIVE, "done"],
    ["W5 never moves what is not ours", whole({ home: "other" }), { ...LIVE, state: "replaced" }, "done"],
    ["W5 moves nothing that took its place meanwhile", whole({ home: "other", hasCopy: true, lock: "none" }), LIVE, "done"],
    [
      "makes git forget a folder that is gone",
      whole({ home: "none", hasCopy: true, lock: "none" }),
      { ...LIVE, state: "missing" },
      "unregister",
    ],
    ["moves a folder whose repository is gone", whole({ isRegistered: null, lock: "none" }), LIVE, "move"],
    ["moves a folder that git does not know", whole({ isRegistered: false, lock: "none" }), { ...LIVE, gitDirName: null }, "move"],
  ])("%s", (_, seen, was, expected) => {
    expect(nameOf(decideAwayStep(seen, was))).toBe(expected);
  });
});

describe("bringing back", () => {
  const gone = whole({ home: "none", isInTrash: true, hasCopy: true, isRegistered: false, lock: "only_in_copy" });
  it.each<[string, TrashSeen, TrashedFacts, boolean, string]>([
    ["moves the folder first", gone, LIVE, false, "move"],
    ["then registers it", { ...gone, home: "ours", isInTrash: false }, LIVE, false, "register"],
    ["then locks it", whole({ hasCopy: true, lock: "only_in_copy" }), LIVE, false, "lock"],
    ["then drops the copy", whole({ hasCopy: true }), LIVE, false, "drop_copy"],
    ["and is done", whole(), LIVE, false, "done"],
    ["makes the folder anew where it may", { ...gone, isInTrash: false }, LIVE, true, "fill"],
    ["makes the copy anew where it may", { ...gone, hasCopy: false, lock: "none" }, LIVE, true, "fill"],
    ["else says that it is gone", { ...gone, isInTrash: false }, LIVE, false, "blocked"],
    ["W5 overwrites nothing", { ...gone, home: "other" }, LIVE, true, "blocked"],
    ["leaves a missing folder missing", { ...gone, isInTrash: false }, { ...LIVE, state: "missing" }, true, "register"],
    [
      "keeps the copy while the repository is gone",
      { ...gone, home: "ours", isInTrash: false, isRegistered: null },
      LIVE,
      false,
      "blocked",
    ],
    [
      "brings back a folder whose repository was gone before",
      whole({ home: "none", isInTrash: true, isRegistered: null, lock: "none" }),
      LIVE,
      false,
      "move",
    ],
  ])("%s", (_, seen, was, mayFill, expected) => {
    expect(nameOf(decideBackStep(seen, was, mayFill))).toBe(expected);
  });
});

/** A worktree, the trash and git's registration, on which steps are carried out. */
function carryOut(seen: TrashSeen, direction: "away" | "back", step: string): TrashSeen {
  const next = { ...seen };
  if (step === "copy") next.hasCopy = true;
  if (step === "unlock") next.lock = "only_in_copy";
  if (step === "move") Object.assign(next, direction === "away" ? { home: "none", isInTrash: true } : { home: "ours", isInTrash: false });
  if (step === "unregister") next.isRegistered = false;
  if (step === "register") Object.assign(next, { isRegistered: true, lock: next.lock === "none" ? "none" : "here" });
  if (step === "lock") next.lock = "here";
  if (step === "fill") next.isInTrash = true;
  if (step === "drop_copy") next.hasCopy = false;
  return next;
}

function walk(seen: TrashSeen, was: TrashedFacts, direction: "away" | "back", steps: number): { seen: TrashSeen; isDone: boolean } {
  let now = seen;
  for (let taken = 0; taken < steps; taken++) {
    const decision = direction === "away" ? decideAwayStep(now, was) : decideBackStep(now, was, false);
    if (decision.kind !== "step") return { seen: now, isDone: decision.kind === "done" };
    now = carryOut(now, direction, decision.step);
  }
  return { seen: now, isDone: false };
}

const ENOUGH = 20;

/** What it is like when everything of it that is ours has gone. */
function toAway(before: TrashSeen, was: TrashedFacts): TrashSeen {
  if (was.state === "replaced") return before;
  const isKnown = before.isRegistered === true;
  return {
    home: "none",
    isInTrash: was.state === "live",
    hasCopy: isKnown,
    isRegistered: before.isRegistered === null ? null : false,
    lock: before.lock === "here" ? "only_in_copy" : "none",
  };
}

const begun = fc.record({
  was: fc.constantFrom<TrashedFacts>(
    LIVE,
    { ...LIVE, gitDirName: null },
    { state: "missing", gitDirName: "session-1" },
    { state: "missing", gitDirName: null },
    { state: "replaced", gitDirName: "session-1" },
  ),
  isLocked: fc.boolean(),
  isRepositoryThere: fc.boolean(),
});

it("F31: wherever a crash interrupts it, a worktree ends as it was or whole in the trash, never between", () => {
  const turns = fc.array(fc.record({ direction: fc.constantFrom("away" as const, "back" as const), steps: fc.nat(8) }), { maxLength: 8 });
  fc.assert(
    fc.property(begun, turns, fc.constantFrom("away" as const, "back" as const), ({ was, isLocked, isRepositoryThere }, crashes, last) => {
      const isRegistered = isRepositoryThere ? was.gitDirName !== null : null;
      const home = ({ live: "ours", missing: "none", replaced: "other" } as const)[was.state as "live"];
      const before = whole({ home, isRegistered, lock: isLocked && isRegistered === true ? "here" : "none" });
      let seen = before;
      for (const { direction, steps } of crashes) seen = walk(seen, was, direction, steps).seen;
      const end = walk(seen, was, last, ENOUGH);
      expect(end.isDone).toBe(true);
      expect(end.seen).toEqual(last === "back" ? before : toAway(before, was));
    }),
  );
});

it("never lets go of the only copy of anything", () => {
  fc.assert(
    fc.property(begun, fc.array(fc.constantFrom("away" as const, "back" as const), { maxLength: 40 }), ({ was, isLocked }, directions) => {
      const isRegistered = was.gitDirName !== null;
      const home = ({ live: "ours", missing: "none", replaced: "other" } as const)[was.state as "live"];
      let seen = whole({ home, isRegistered, lock: isLocked && isRegistered ? "here" : "none" });
      for (const direction of directions) {
        seen = walk(seen, was, direction, 1).seen;
        expect(was.state !== "live" || seen.home === "ours" || seen.isInTrash).toBe(true);
        expect(was.gitDirName === null || seen.isRegistered === true || seen.hasCopy).toBe(true);
      }
    }),
  );
});

it.each([
  ["kept", "nothing"],
  ["intended", "judge"],
  ["moving", "bring_back_and_judge"],
  ["restoring", "restore"],
  ["purging", "purge"],
] as const)("a start finds %s: %s", (state, expected) => {
  expect(decideTrashRecovery(state)).toBe(expected);
});
