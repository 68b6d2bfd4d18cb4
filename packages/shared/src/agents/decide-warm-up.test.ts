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
  { name: "who writes gets the conversation", given: {}, decision: { kind: "open", makesWorktree: false } },
  { name: "and the worktree it stands in", given: { worktree: "none" }, decision: { kind: "open", makesWorktree: true } },
  { name: "also what they trust", given: { trust: "trusted" }, decision: { kind: "open", makesWorktree: false } },
  { name: "who looks gets what all chats share", given: { intent: "looking" }, decision: { kind: "start", because: "looking" } },
  { name: "one that starts at once gains nothing", given: { isSlow: false }, decision: { kind: "nothing", because: "nothing_to_gain" } },
  { name: "a closed chat gets nothing", given: { isClosed: true, intent: "looking" }, decision: { kind: "nothing", because: "closed" } },
  { name: "a turn brings it all", given: { hasOpenTask: true, intent: "looking" }, decision: { kind: "nothing", because: "at_work" } },
  { name: "what is warm stays so", given: { isWarm: true, intent: "looking" }, decision: { kind: "nothing", because: "warm" } },
  ...(["undecided", "distrusted", "unknown"] as const).map((trust) => ({
    name: `S10: a repository that is ${trust} is not entered`,
    given: { trust, worktree: "none" as const },
    decision: { kind: "start" as const, because: "not_trusted" as const },
  })),
  { name: "a worktree that is gone is not", given: { worktree: "unusable" }, decision: { kind: "start", because: "worktree_unusable" } },
  { name: "the setup comes first", given: { isSetUpDue: true }, decision: { kind: "start", because: "set_up_due" } },
  { name: "nobody has to go for it", given: { pool: { live: 10, maxLive: 10 } }, decision: { kind: "start", because: "no_room" } },
];

describe("decideWarmUp", () => {
  it.each(CASES)("$name", ({ given, decision }) => {
    expect(decideWarmUp({ ...WRITING, ...given })).toEqual(decision);
  });
});
