import { describe, expect, it } from "vitest";
import { decideWarmUp, type WarmUpDecision, type WarmUpState } from "./decide-warm-up.ts";

const WRITING: WarmUpState = {
  intent: "writing",
  isSlow: true,
  isClosed: false,
  hasOpenTask: false,
  isWarm: false,
  pool: { live: 0, maxLive: 10 },
  trust: "nothing",
  worktree: "live",
  isSetUpDue: false,
};

const CASES: readonly { name: string; given: Partial<WarmUpState>; decision: WarmUpDecision }[] = [
  { name: "writing opens the conversation", given: {}, decision: { kind: "open", makesWorktree: false } },
  { name: "writing creates the worktree", given: { worktree: "none" }, decision: { kind: "open", makesWorktree: true } },
  { name: "writing opens a trusted repository", given: { trust: "trusted" }, decision: { kind: "open", makesWorktree: false } },
  { name: "looking starts what all chats share", given: { intent: "looking" }, decision: { kind: "start", because: "looking" } },
  { name: "a fast agent is not warmed up", given: { isSlow: false }, decision: { kind: "nothing", because: "nothing_to_gain" } },
  {
    name: "a closed chat is not warmed up",
    given: { isClosed: true, intent: "looking" },
    decision: { kind: "nothing", because: "closed" },
  },
  {
    name: "an open task makes a warm-up unnecessary",
    given: { hasOpenTask: true, intent: "looking" },
    decision: { kind: "nothing", because: "at_work" },
  },
  { name: "a warm conversation is left alone", given: { isWarm: true, intent: "looking" }, decision: { kind: "nothing", because: "warm" } },
  ...(["undecided", "distrusted", "unknown"] as const).map((trust) => ({
    name: `S10: nothing is loaded from a repository that is ${trust}`,
    given: { trust, worktree: "none" as const },
    decision: { kind: "start" as const, because: "not_trusted" as const },
  })),
  {
    name: "an unusable worktree is not loaded",
    given: { worktree: "unusable" },
    decision: { kind: "start", because: "worktree_unusable" },
  },
  { name: "nothing is loaded before the setup", given: { isSetUpDue: true }, decision: { kind: "start", because: "set_up_due" } },
  {
    name: "no conversation is closed for a warm-up",
    given: { pool: { live: 10, maxLive: 10 } },
    decision: { kind: "start", because: "no_room" },
  },
];

describe("decideWarmUp", () => {
  it.each(CASES)("$name", ({ given, decision }) => {
    expect(decideWarmUp({ ...WRITING, ...given })).toEqual(decision);
  });
});
