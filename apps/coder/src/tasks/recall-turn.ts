import { appendChatEvents, readTaskEvents } from "@boocode/db/stores/chats/chat-event-store";
import { listTasks } from "@boocode/db/stores/chats/task-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { TextLimiter } from "@boocode/shared/agents/limit-text";
import { listMissed } from "@boocode/shared/chats/list-missed";
import type { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { TaskEndState } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { foldTask } from "./run/fold-task.ts";
import type { TaskDeps } from "./run/run-ports.ts";
import { toStoredEvent } from "./run/to-stored-event.ts";

/** The chat and agent that identify an agent's context. */
interface AgentPlace {
  chatId: ChatId;
  agent: AgentId;
}

/** How long the first prompt may wait for the missed events of the previous turn. */
const WAIT_LIMIT_MS = 5_000;
const LATEST_TASKS = 50;
const MAX_EVENTS = 2_000;

/**
 * Stores the part of a chat's last turn that the agent saved and the journal missed, if that turn was interrupted: an agent can keep
 * working for a while after its daemon dies. The events are appended after the turn's end and belong to its task. It is idempotent, never
 * rejects, and does not block for longer than the limit: anything that arrives later is stored later.
 */
export async function recallTurn(deps: TaskDeps, place: AgentPlace, conversation: Pick<AgentConversation, "recall">): Promise<void> {
  if (!conversation.recall) return;
  const recalling = recall(deps, place, (taskId) => conversation.recall?.(taskId) ?? Promise.resolve([])).catch((error: unknown) =>
    deps.logger.warn({ err: error, ...place }, "The missed events of an interrupted turn could not be stored"),
  );
  await Promise.race([recalling, pause(deps.time, WAIT_LIMIT_MS)]);
}

async function recall(
  deps: TaskDeps,
  { chatId, agent }: AgentPlace,
  ask: (taskId: TaskId) => Promise<readonly AgentEvent[]>,
): Promise<void> {
  const { db, time } = deps;
  const ended = await listTasks(db.read, { chatId, states: TaskEndState.options, limit: LATEST_TASKS });
  const task = ended.find((one) => one.agent === agent && one.startedAt !== null);
  if (task?.state !== "interrupted") return;
  const limiter = new TextLimiter();
  const told = (await ask(task.id)).slice(0, MAX_EVENTS).flatMap((event) => {
    const kept = limiter.limit(event);
    return kept ? [toStoredEvent(task.id, kept)] : [];
  });
  const known = applyChatEvents(emptyTranscript(chatId), await readTaskEvents(db.read, task.id)).items;
  const missed = listMissed(known, told);
  if (missed.length === 0) return;
  const text = "BooCode missed the following when it happened; it comes from the agent's own record.";
  const at = time.now();
  const newEvents = [{ type: "notice" as const, level: "info" as const, text }, ...missed].map((body) => ({
    chatId,
    taskId: task.id,
    at,
    body,
  }));
  await db.write("full", (tx, announce) => appendChatEvents(tx, announce, task.sessionId, newEvents));
  await foldTask(deps, task);
}
