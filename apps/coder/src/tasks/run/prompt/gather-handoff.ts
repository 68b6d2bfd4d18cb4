import type { Database } from "@boocode/db/database";
import { listTurnMarks } from "@boocode/db/stores/chats/task-store";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import type { AgentConversation, History } from "@boocode/shared/agents/agent-backend";
import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import { toChatTurns } from "@boocode/shared/agents/handoff/chat-turn";
import { type AgentMemory, decideContinuity } from "@boocode/shared/agents/handoff/decide-continuity";
import { decideHandoff, type Handoff, toMaxChars } from "@boocode/shared/agents/handoff/decide-handoff";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { cutText } from "@boocode/shared/text/cut-text";

export interface HandoffDeps {
  db: Database;
  history: History;
}

/** A handoff with whose turns it tells. */
export interface GatheredHandoff extends Handoff {
  from: AgentId[];
}

/** The most items of a chat that are read to tell about them. What comes before is only counted. */
const MAX_ITEMS = 1_000;

/** Returns what an open conversation remembers of its chat. */
export function toMemory(
  record: Pick<AgentSessionRecord, "agentSessionId" | "seenSeq"> | null,
  { agentSessionId, continuity }: Pick<AgentConversation, "agentSessionId" | "continuity">,
): AgentMemory {
  const seenSeq = record?.seenSeq ?? 0;
  const known = record?.agentSessionId ?? null;
  if (continuity === "history" || (known === null && agentSessionId === null)) return { kind: "chat", seenSeq };
  return known !== null && known === agentSessionId ? { kind: "own", seenSeq } : { kind: "none" };
}

/**
 * Works out what an agent is told of a chat before its next prompt. `withText`: false for an agent whose backend reads the chat itself. The
 * usual case, that an agent has missed nothing, costs one query.
 */
export async function gatherHandoff(
  { db, history }: HandoffDeps,
  place: { chatId: ChatId; agent: AgentId; taskId: TaskId | null; contextSize: number | null },
  memory: AgentMemory,
  withText: boolean,
): Promise<GatheredHandoff> {
  const { chatId, agent, taskId, contextSize } = place;
  // An agent that remembers nothing by itself is told everything, what it has seen before included.
  const tellsAll = memory.kind !== "own" && withText;
  const marks = await listTurnMarks(db.read, chatId, memory.kind === "none" || tellsAll ? 0 : memory.seenSeq);
  const { continuity, missed } = decideContinuity(agent, memory, marks);
  const told = new Set(tellsAll ? marks.map((mark) => mark.taskId) : missed);
  const from = [...new Set(marks.filter((mark) => missed.includes(mark.taskId)).map((mark) => mark.agent))];
  const items = told.size === 0 || !withText ? [] : await history.read(chatId, taskId, MAX_ITEMS);
  const turns = toChatTurns(items).filter((turn) => told.has(turn.taskId));
  const olderTurns = withText ? told.size - turns.length : 0;
  const maxChars = toMaxChars(contextSize);
  return { ...decideHandoff({ agent, continuity, turns, olderTurns, missed: missed.length, maxChars }), from };
}

/** Builds the journal's event for a handover. */
export function toHandoffEvent(to: AgentId, { from, turns, text }: GatheredHandoff, isAnew: boolean): ChatEventBody {
  return { type: "handoff.sent", to, from: from.slice(0, EVENT_LIMITS.items), turns, isAnew, text: cutText(text, EVENT_LIMITS.handover) };
}
