import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { BackendKind } from "@boocode/shared/agents/agent";
import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";

export interface AcquireInput {
  chatId: ChatId;
  agent: AgentId;
  sessionId: SessionId;
  worktree: Worktree;
  /** True if programs from the repository may start; a conversation opened with the other value is not reused. */
  projectTrusted: boolean;
  /** The model that the turn requests, if any. */
  model?: string;
  /** The stored record of the agent's context for this chat. */
  record: AgentSessionRecord | null;
}

/** A conversation reserved for one turn. Return it with `AgentPool.release` or `AgentPool.discard`. */
export interface Lease {
  conversation: AgentConversation;
  backend: BackendKind;
  configHash: string;
}

/** A conversation in memory. */
export interface Live {
  id: string;
  chatId: ChatId;
  sessionId: SessionId;
  agent: AgentId;
  configHash: string;
  backend: BackendKind;
  conversation: AgentConversation | null;
  phase: { kind: "starting" } | { kind: "busy" } | { kind: "idle"; since: number };
  /** When it was opened, in epoch milliseconds. */
  openedAt: number;
  /** True if the conversation is to be closed when its turn is over. */
  isRetired: boolean;
  /** True while the agent does something that nobody asked for and no task follows yet. */
  isActing: boolean;
}

/** The key of a chat's conversation with an agent. */
export const toLiveId = (chatId: ChatId, agent: AgentId): string => `${chatId} ${agent}`;
