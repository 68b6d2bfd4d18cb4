import { z } from "zod";
import { AgentId, ChatId, EpochMs, SessionId } from "../ids.ts";

/** Empty means: the agent's default. */
export const ModelRef = z.string().max(200);
export const ModeId = z.string().max(64);

/** One tab; one conversation; the context unit of an agent. */
export const Chat = z.object({
  id: ChatId,
  sessionId: SessionId,
  title: z.string(),
  /** What its composer is set to; each task records what it ran with. */
  agent: AgentId,
  model: ModelRef,
  mode: ModeId,
  closedAt: EpochMs.nullable(),
  createdAt: EpochMs,
  lastActivityAt: EpochMs,
});
export type Chat = z.infer<typeof Chat>;

export const ChatTitle = z.string().trim().min(1).max(120);
export const CreateChatInput = z.object({
  sessionId: SessionId,
  agent: AgentId.optional(),
  model: ModelRef.optional(),
  mode: ModeId.optional(),
});
export type CreateChatInput = z.infer<typeof CreateChatInput>;
