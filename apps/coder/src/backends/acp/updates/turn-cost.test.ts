import { expect, it } from "vitest";
import { SessionState } from "../session-state.ts";
import type { SessionUpdate } from "../wire/acp-wire.ts";
import { UpdateTranslator } from "./update-translator.ts";

/** Returns the costs of turns whose agent reported these session costs at their ends. */
function costs(state: SessionState, reported: readonly (number | null)[]): (number | null)[] {
  return reported.map((amount) => {
    const turn = new UpdateTranslator({ root: "/worktree", agentSessionId: "session", state });
    const cost = amount === null ? null : { amount, currency: "USD" };
    state.take({ sessionUpdate: "usage_update", used: 10, size: 1_000, cost } as SessionUpdate);
    return turn.usage?.cost ?? null;
  });
}

it("a turn costs what the session's cost grew by", () => {
  expect(costs(new SessionState(), [0.25, 0.5, null, 1])).toEqual([0.25, 0.25, 0, 0.5]);
});

it("the first turn after another process continued the session does not cost what earlier ones did", () => {
  const state = new SessionState();
  state.isContinued = true;
  expect(costs(state, [5, 5.25])).toEqual([null, 0.25]);
});
