import { z } from "zod";
import { AgentId, ChatId, EpochMs, SessionId } from "../ids.ts";

/** Empty: the agent's default. */
export const ModelRef = z.string().max(200);
export const ModeId = z.string().max(64);

/** One conversation, shown in one tab. It is an agent's context unit. */
export const Chat = z.object({
  id: ChatId,
  sessionId: SessionId,
  title: z.string(),
  /** The composer's current choice. Each task records the agent and model it ran with. */
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
