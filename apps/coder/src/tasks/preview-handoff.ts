import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import { listTasks } from "@boocode/db/stores/chats/task-store";
import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import type { AgentMemory } from "@boocode/shared/agents/handoff/decide-continuity";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId } from "@boocode/shared/ids";
import { TaskEndState } from "@boocode/shared/tasks/task";
import type { AgentPool } from "../agents/agent-pool.ts";
import { type GatheredHandoff, gatherHandoff, type HandoffDeps } from "./run/prompt/gather-handoff.ts";
import { type CommandNames, isToldBefore } from "./run/is-told-before.ts";

export interface PreviewDeps extends HandoffDeps {
  pool: Pick<AgentPool, "isWarm">;
  commands: CommandNames;
}

/** `agent`: the chat's own if absent. `command`: the word with a slash at the beginning of the prompt, if there is one. */
export interface PreviewPlace {
  chatId: ChatId;
  agent?: AgentId | undefined;
  command?: string | undefined;
}

/** `isLater`: the prompt is a command of the agent's own, so that the turns are told with the next prompt. */
export interface HandoffPreview extends GatheredHandoff {
  isLater: boolean;
  /** No prompt of the chat has ended yet. */
  isFresh: boolean;
}

/**
 * Returns what an agent would be told of a chat before a prompt sent now, as far as it can be known before its conversation is open. Faults:
 * `chat_not_found`.
 */
export async function previewHandoff(deps: PreviewDeps, { chatId, agent: chosen, command = "" }: PreviewPlace): Promise<HandoffPreview> {
  const { db, pool } = deps;
  const chat = await findChat(db.read, chatId);
  if (chat === null) throw new DomainError({ kind: "chat_not_found", chatId });
  const agent = chosen ?? chat.agent;
  const record = await findAgentSession(db.read, chatId, agent);
  const memory = expectMemory(record, pool.isWarm(chatId, agent));
  const context = { agentSessionId: record?.agentSessionId ?? null };
  const isTold = await isToldBefore(deps.commands, { chatId, agent, kind: "message", text: command }, context);
  const place = { chatId, agent, taskId: null, contextSize: record?.contextSize ?? null };
  const gathered = await gatherHandoff(deps, place, memory, isTold);
  const ended = await listTasks(db.read, { chatId, states: TaskEndState.options, limit: 1 });
  return { ...gathered, isLater: !isTold && gathered.turns > 0, isFresh: ended.length === 0 };
}

/** What an agent will remember once its conversation is open, unless its context turns out to be lost. */
function expectMemory(record: AgentSessionRecord | null, isWarm: boolean): AgentMemory {
  if (record === null) return { kind: "none" };
  if (record.agentSessionId === null) return { kind: "chat", seenSeq: record.seenSeq };
  return isWarm || record.canResume ? { kind: "own", seenSeq: record.seenSeq } : { kind: "none" };
}
