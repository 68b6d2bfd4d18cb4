import { FLOOD_MESSAGE } from "@boocode/shared/agents/limit-text";
import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { TaskEnd } from "./end-task.ts";
import { describeFailure } from "./describe-failure.ts";

/** Why a turn was asked to end early. `give_way`: the person wants another prompt to run now; a task that has not started keeps its place. */
export type StopReason = "person" | "give_way" | "shutdown" | "worktree_gone" | "flood";

/** How a turn ended, as seen from outside. */
export type TurnOutcome =
  | { kind: "ended"; end: TurnEnd }
  /** The backend violated its contract and rejected. */
  | { kind: "threw"; error: unknown }
  /** It was asked to stop and did not; nothing waits for it any more. */
  | { kind: "gave_up" }
  /** Its process ended without reporting an end. */
  | { kind: "died" };

const UNHEARD = "The agent did not stop when asked, and was ended.";

/**
 * Decides how a task ends, from its turn's outcome. `stop` is the stop that had been requested by then, and `isForced` is true if the
 * conversation had to be closed for it.
 *
 * After a person's stop the task is always cancelled, whatever the agent reported meanwhile. A daemon shutdown interrupts it, unless the
 * agent had finished by itself; the loss of the worktree interrupts it in any case.
 */
export function toTaskEnd(outcome: TurnOutcome, stop: StopReason | null, lastEvent: string | null, isForced = false): TaskEnd {
  const said: TaskEnd =
    outcome.kind === "ended"
      ? { ...outcome.end, cause: outcome.end.state === "completed" ? null : outcome.end.cause }
      : { state: "failed", ...failureOf(outcome), usage: null, model: "" };
  const end = said.state === "completed" && (stop === null || stop === "shutdown") ? said : { ...said, ...stopped(said, stop, isForced) };
  if (end.state === "completed" || lastEvent === null) return end;
  return { ...end, evidence: { lastEvent, ...end.evidence } };
}

function stopped(said: TaskEnd, stop: StopReason | null, isForced: boolean): Partial<TaskEnd> {
  if (stop === "person" || stop === "give_way") {
    // A turn whose conversation is closed reports an end like any other.
    const evidence = isForced ? { message: UNHEARD, ...said.evidence } : said.evidence;
    return { state: "cancelled", cause: "stopped_by_person", evidence };
  }
  if (stop === "shutdown") return { state: "interrupted", cause: "daemon_shutdown" };
  if (stop === "worktree_gone")
    return { state: "interrupted", cause: "worktree_gone", evidence: { message: "The worktree's folder was moved, deleted or replaced." } };
  if (stop === "flood") return { state: "failed", cause: "answer_too_long", evidence: { message: FLOOD_MESSAGE } };
  return { cause: said.cause ?? "agent_error" };
}

function failureOf(outcome: Exclude<TurnOutcome, { kind: "ended" }>): Pick<TaskEnd, "cause" | "evidence"> {
  switch (outcome.kind) {
    case "threw":
      return describeFailure(outcome.error, "agent_error");
    case "gave_up":
      return { cause: "agent_error", evidence: { message: UNHEARD } };
    case "died":
      return { cause: "agent_exit", evidence: { message: "The agent's process ended without ending its turn." } };
  }
}
