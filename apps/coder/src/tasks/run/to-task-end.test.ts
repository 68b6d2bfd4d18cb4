import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import { expect, test } from "vitest";
import { toTaskEnd, type StopReason, type TurnOutcome } from "./to-task-end.ts";

const turn = (end: Partial<TurnEnd>): TurnOutcome => ({
  kind: "ended",
  end: { state: "completed", cause: null, evidence: null, usage: null, model: "m", ...end },
});
const unheard = "The agent did not stop when asked, and was ended.";
const closed = turn({ state: "interrupted", cause: "daemon_shutdown" });
const killed = turn({ state: "cancelled", cause: "stopped_by_person", evidence: { signal: "SIGTERM", message: "Killed." } });

test.each<[string, TurnOutcome, StopReason | null, boolean, object]>([
  ["a turn that ended by itself", turn({}), null, false, { state: "completed", cause: null, evidence: null }],
  ["one that was stopped and listened", turn({}), "person", false, { state: "cancelled", cause: "stopped_by_person" }],
  [
    "one that had to be closed",
    closed,
    "person",
    true,
    { state: "cancelled", cause: "stopped_by_person", evidence: { lastEvent: "text.delta", message: unheard } },
  ],
  ["one that gives way and had to be closed", closed, "give_way", true, { state: "cancelled", evidence: { message: unheard } }],
  ["one whose process says more about its end", killed, "person", true, { evidence: { signal: "SIGTERM", message: "Killed." } }],
  ["one that nothing waits for any more", { kind: "gave_up" }, "person", true, { state: "cancelled", evidence: { message: unheard } }],
  ["one that a shutdown closed", closed, "shutdown", true, { state: "interrupted", cause: "daemon_shutdown" }],
  ["one that ended during a shutdown", turn({}), "shutdown", true, { state: "completed", cause: null }],
])("T2: %s", (_, outcome, stop, isForced, end) => {
  expect(toTaskEnd(outcome, stop, "text.delta", isForced)).toMatchObject(end);
});
