import { z } from "zod";
import { AgentId, ChatId, EpochMs, Seq, SessionId, WorktreeId } from "../ids.ts";
import { BackendKind } from "./agent.ts";
import { KeptBecause } from "./processes/decide-kept.ts";

export const Continuity = z.enum(["resumed", "history", "new"]);
export type Continuity = z.infer<typeof Continuity>;

/** An agent's context for one chat, keyed by `(chatId, agent)`. Outlives the process that holds it. */
export const AgentSessionRecord = z.object({
  chatId: ChatId,
  agent: AgentId,
  sessionId: SessionId.nullable(),
  worktreeId: WorktreeId.nullable(),
  backend: BackendKind,
  /** The agent's own id of its context, or null if it has none. */
  agentSessionId: z.string().nullable(),
  /** Whether another process can continue the context of this id. */
  canResume: z.boolean(),
  /** The journal's seq up to which the agent's context has been told the chat; 0 for nothing. */
  seenSeq: Seq,
  /** Hash of the agent's start configuration. A different hash requires a new process. */
  configHash: z.string(),
  status: z.enum(["idle", "busy", "crashed", "closed"]),
  continuity: Continuity,
  /** Incremented whenever a turn starts or is fenced. An end from an older generation is stored but never applied. */
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

/** The record plus the current state of its process. */
export const AgentSessionView = AgentSessionRecord.extend({
  warm: z.boolean(),
  /** Memory of its processes, in bytes, including one that it shares with other chats. */
  rssBytes: z.number().nullable(),
  /** Its process serves other chats too. */
  isShared: z.boolean(),
  /** When its conversation was opened; null if it is not warm. */
  openedAt: EpochMs.nullable(),
  keptBecause: KeptBecause.nullable(),
  /** The person wants it kept whenever it is warm. */
  isKeptWarm: z.boolean(),
  /** The number of programs that the chat's turns left running. */
  programs: z.number().int().nonnegative(),
});
export type AgentSessionView = z.infer<typeof AgentSessionView>;
