import type { AgentSessionRecord } from "./agent-session-record.ts";

export interface AcquireState {
  /** The conversation that is open for this chat and agent, with the hash of what it was started with. */
  live: { configHash: string } | null;
  /** What is remembered of the agent's context. */
  record: Pick<AgentSessionRecord, "agentSessionId"> | null;
  /** Of what the agent would be started with now. */
  configHash: string;
}

/** `closeLive`: the conversation that is open was started otherwise and has to go first. */
export type AcquireDecision =
  | { kind: "reuse" }
  | { kind: "resume"; agentSessionId: string; closeLive: boolean }
  | { kind: "open"; closeLive: boolean };

/**
 * Decides how the next turn gets its agent.
 *
 * A warm conversation is used as long as it was started as it would be now. Otherwise the agent's own context is resumed
 * in a new process, where the agent has one, and a new context is opened where it has not.
 */
export function decideAcquire({ live, record, configHash }: AcquireState): AcquireDecision {
  if (live !== null && live.configHash === configHash) return { kind: "reuse" };
  const closeLive = live !== null;
  const agentSessionId = record?.agentSessionId ?? null;
  return agentSessionId === null ? { kind: "open", closeLive } : { kind: "resume", agentSessionId, closeLive };
}
