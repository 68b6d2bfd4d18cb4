import { z } from "zod";
import { AgentId, ChatId, EpochMs, SessionId, WorktreeId } from "../ids.ts";
import { BackendKind } from "./agent.ts";

export const Continuity = z.enum(["resumed", "history", "new"]);
export type Continuity = z.infer<typeof Continuity>;

/** An agent's context for one chat, keyed `(chatId, agent)`. Outlives the process that holds it. */
export const AgentSessionRecord = z.object({
  chatId: ChatId,
  agent: AgentId,
  sessionId: SessionId.nullable(),
  worktreeId: WorktreeId.nullable(),
  backend: BackendKind,
  /** The agent's own id for its context, or null where it has none. */
  agentSessionId: z.string().nullable(),
  /** Of what the agent was started with: another hash means another process. */
  configHash: z.string(),
  status: z.enum(["idle", "busy", "crashed", "closed"]),
  continuity: Continuity,
  /** Raised whenever a turn starts or is fenced: an end of an older generation is stored, never applied. */
  generation: z.number().int().nonnegative(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  cachedTokens: z.number().int(),
  cost: z.number(),
  contextUsed: z.number().int().nullable(),
  contextSize: z.number().int().nullable(),
  createdAt: EpochMs,
  lastUsedAt: EpochMs,
});
export type AgentSessionRecord = z.infer<typeof AgentSessionRecord>;

/** The record together with what is true of its process now. */
export const AgentSessionView = AgentSessionRecord.extend({
  warm: z.boolean(),
  rssBytes: z.number().nullable(),
  keptBecause: z.enum(["busy", "permission", "recent"]).nullable(),
});
export type AgentSessionView = z.infer<typeof AgentSessionView>;
