import type { AgentId, Seq, TaskId } from "../../ids.ts";
import type { TaskCause, TaskState } from "../../tasks/task.ts";
import type { Continuity } from "../agent-session-record.ts";

/**
 * What an agent itself remembers of a chat. `own`: a context of its own, which was told everything up to `seenSeq`; 0 for nothing. `none`:
 * it had one, which is lost, or never had one. `chat`: none, but it is given the whole chat with every prompt.
 */
export type AgentMemory = { kind: "own"; seenSeq: Seq } | { kind: "none" } | { kind: "chat"; seenSeq: Seq };

/** A turn of the chat that may have to be told. */
export interface TurnMark {
  taskId: TaskId;
  agent: AgentId;
  state: TaskState;
  cause: TaskCause | null;
  hasStarted: boolean;
  /** True if the agent has said or done anything in it, and so has had the prompt. */
  hasActed: boolean;
  /** Seq of the newest thing in it. */
  lastSeq: Seq;
}

export interface ContinuityDecision {
  continuity: Continuity;
  /** The turns that the agent does not know, in the order given. */
  missed: TaskId[];
}

/**
 * Decides how an agent continues a chat: which turns it does not know, whoever keeps its memory.
 *
 * A turn is known if it is over before `seenSeq`, or if it is the agent's own and it had the prompt. A prompt that was taken back while it
 * was queued is nobody's business; one that failed before its turn began still is, because the person may refer to it.
 */
export function decideContinuity(agent: AgentId, memory: AgentMemory, turns: readonly TurnMark[]): ContinuityDecision {
  const told = turns.filter((turn) => turn.state !== "queued" && (turn.hasStarted || turn.state !== "cancelled"));
  const seenSeq = memory.kind === "none" ? 0 : memory.seenSeq;
  const isKnown = (turn: TurnMark): boolean => {
    if (turn.lastSeq <= seenSeq) return true;
    if (turn.agent !== agent || memory.kind === "none") return false;
    // What an agent has been told moves only at the end of a turn: one that runs is known to it all the same.
    return memory.kind === "chat" || turn.state === "running" || (seenSeq > 0 && hasHadPrompt(turn));
  };
  const missed = told.filter((turn) => !isKnown(turn));
  const hasWorked = seenSeq > 0 || (memory.kind !== "none" && told.length > 0);
  return { continuity: missed.length > 0 ? "history" : hasWorked ? "resumed" : "new", missed: missed.map(({ taskId }) => taskId) };
}

/** Causes of an end that may come before an agent has had its prompt: its process, a login, a stop. A model's failure comes after it. */
const UNASKED: ReadonlySet<TaskCause> = new Set([
  "stopped_by_person",
  "agent_exit",
  "agent_unavailable",
  "login_required",
  "protocol_error",
  "project_not_trusted",
  "worktree_failed",
  "storage_failed",
  "internal",
]);

/** A turn that ended before the agent said a word may never have reached it: rather tell it twice than not at all. */
const hasHadPrompt = ({ hasActed, hasStarted, state, cause }: TurnMark): boolean =>
  hasActed || (hasStarted && state !== "interrupted" && (cause === null || !UNASKED.has(cause)));
