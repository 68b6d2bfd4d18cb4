import { appendChatEvents, readTaskEvents } from "@boocode/db/chat-event-store";
import { listTasks } from "@boocode/db/task-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { TextLimiter } from "@boocode/shared/agents/limit-text";
import { listMissed } from "@boocode/shared/chats/list-missed";
import type { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { TaskEndState } from "@boocode/shared/tasks/task";
import { pause } from "../platform/time.ts";
import { foldTask } from "./fold-task.ts";
import type { TaskDeps } from "./run-ports.ts";
import { toStoredEvent } from "./to-stored-event.ts";

/** A chat's context with an agent. */
interface AgentPlace {
  chatId: ChatId;
  agent: AgentId;
}

/** How long a first prompt may wait for what was missed of the one before it. */
const WAIT_LIMIT_MS = 5_000;
const LATEST_TASKS = 50;
const MAX_EVENTS = 2_000;

/**
 * Stores what an agent wrote down of a chat's last turn with it and the journal does not have, where that turn was interrupted: an agent
 * whose daemon dies goes on for a while. It is told after the turn's end, as of its task. Twice changes nothing. Never rejects, and is
 * not waited for without end: what comes later is told later.
 */
export async function recallTurn(deps: TaskDeps, place: AgentPlace, conversation: Pick<AgentConversation, "recall">): Promise<void> {
  if (!conversation.recall) return;
  const recalling = recall(deps, place, (taskId) => conversation.recall?.(taskId) ?? Promise.resolve([])).catch((error: unknown) =>
    deps.logger.warn({ err: error, ...place }, "What was missed of an interrupted turn could not be told"),
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
  const text = "BooCode was not told of what follows when it happened: the agent had written it down before it ended.";
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
