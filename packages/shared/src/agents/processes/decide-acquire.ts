import type { AgentSessionRecord } from "../agent-session-record.ts";

export interface AcquireState {
  /** The conversation already open for this chat and agent, with the hash of its start configuration, and whether what it runs on is outdated. */
  live: { configHash: string; isOutdated?: boolean } | null;
  /** The stored record of the agent's context. */
  record: Pick<AgentSessionRecord, "agentSessionId"> | null;
  /** Hash of the configuration the agent would start with now. */
  configHash: string;
}

/** `closeLive`: the open conversation has an outdated configuration and must be closed first. */
export type AcquireDecision =
  | { kind: "reuse" }
  | { kind: "resume"; agentSessionId: string; closeLive: boolean }
  | { kind: "open"; closeLive: boolean };

/**
 * Decides how the next turn gets its agent.
 *
 * A warm conversation is reused while its start configuration and what it runs on are current. Otherwise a new process resumes the agent's own context if there
 * is one, and opens a new context if not.
 */
export function decideAcquire({ live, record, configHash }: AcquireState): AcquireDecision {
  if (live !== null && live.configHash === configHash && live.isOutdated !== true) return { kind: "reuse" };
  const closeLive = live !== null;
  const agentSessionId = record?.agentSessionId ?? null;
  return agentSessionId === null ? { kind: "open", closeLive } : { kind: "resume", agentSessionId, closeLive };
}
