import type { AgentEventType } from "../agent-event.ts";
import type { Seq } from "../../ids.ts";

/** Events that show that an agent has had its prompt, and with it what it was told before. */
export const ACT_TYPES: readonly AgentEventType[] = [
  "text.delta",
  "thought.delta",
  "part.set",
  "tool.started",
  "plan.updated",
  "permission.requested",
];

/** A turn that is over, as far as it says what the agent has been told. */
export interface HeardTurn {
  agentSessionId: string | null;
  /** True if the agent said or did something, or completed. */
  hasActed: boolean;
  /** False for turns in which the agent was not told what it had missed: its own, and commands of its own. */
  isTold: boolean;
  /** True if it was told the whole chat after its context turned out to be lost. */
  isRetold: boolean;
  /** Where the turn began in the journal; null if it did not. */
  startedSeq: Seq | null;
}

/**
 * Decides up to where an agent's context has been told the chat, after a turn. It moves only if the agent had its prompt: what may have been
 * lost with a process is told again.
 */
export function decideSeen(before: { agentSessionId: string | null; seenSeq: Seq }, turn: HeardTurn): Seq {
  const isLost = before.agentSessionId !== null && turn.agentSessionId !== before.agentSessionId;
  if (isLost && !turn.isRetold) return 0;
  if (turn.hasActed && turn.isTold && turn.startedSeq !== null) return Math.max(isLost ? 0 : before.seenSeq, turn.startedSeq);
  return isLost ? 0 : before.seenSeq;
}
