import { findAgentSession, upsertAgentSession } from "@boocode/db/stores/agent-session-store";
import { appendChatEvents } from "@boocode/db/stores/chat-event-store";
import type { Schema } from "@boocode/db/schema";
import { findTask, hasAnotherStartedSince, hasStartedBefore, updateTask } from "@boocode/db/stores/task-store";
import type { AgentSessionRecord, Continuity } from "@boocode/shared/agents/agent-session-record";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { EpochMs, TaskId } from "@boocode/shared/ids";
import { applyTaskTransition } from "@boocode/shared/tasks/task-transitions";
import type { Task } from "@boocode/shared/tasks/task";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Transaction } from "kysely";
import type { Lease } from "../../agents/agent-pool.ts";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { readQueueChange } from "../read-queue-change.ts";
import { toTaskChanges } from "./end-task.ts";
import type { TaskDeps } from "./run-ports.ts";

export interface StartedTask {
  /** The current task: a queued prompt can be edited up to this moment. */
  task: Task;
  /** The turn's fencing token. */
  generation: number;
}

/**
 * Marks a queued task as running, in one transaction that survives a power cut. After this the task is never run again.
 *
 * Returns null if the task is no longer queued.
 */
export async function startTask(
  deps: TaskDeps,
  taskId: TaskId,
  input: { lease: Lease; worktree: Worktree; before: readonly ChatEventBody[] },
): Promise<StartedTask | null> {
  const at = deps.time.now();
  return deps.db.write("full", async (tx, announce) => {
    const queued = await findTask(tx, taskId);
    if (queued?.state !== "queued") return null;
    const task = applyTaskTransition(queued, { type: "start", at });
    if ("fault" in task) return null;
    await updateTask(tx, taskId, toTaskChanges(task));
    const generation = await takeAgentSession(tx, task, input, at);
    const { chatId, sessionId } = task;
    const bodies: ChatEventBody[] = [...input.before, { type: "task.started", agent: task.agent, model: task.model }];
    await appendChatEvents(tx, announce, sessionId, [
      ...bodies.map((body) => ({ chatId, taskId, at, body })),
      await readQueueChange(tx, sessionId, at),
    ]);
    announce.changed("tasks", [taskId], sessionId);
    announce.changed("sessions", [sessionId], sessionId);
    announce.changed("agentSessions", [chatId], sessionId);
    return { task, generation };
  });
}

async function takeAgentSession(
  tx: Transaction<Schema>,
  task: Task,
  input: { lease: Lease; worktree: Worktree },
  at: number,
): Promise<number> {
  const { conversation, backend, configHash } = input.lease;
  const known = await findAgentSession(tx, task.chatId, task.agent);
  const generation = (known?.generation ?? 0) + 1;
  const isSame = isSameContext(known, conversation);
  // A new context gets a new record: it does not contain what was said before it began.
  const createdAt = known && (isSame || conversation.agentSessionId === null) ? known.createdAt : at;
  await upsertAgentSession(tx, {
    chatId: task.chatId,
    agent: task.agent,
    sessionId: task.sessionId,
    worktreeId: input.worktree.id,
    backend,
    agentSessionId: conversation.agentSessionId,
    configHash,
    status: "busy",
    continuity:
      conversation.continuity === "history"
        ? await toNativeContinuity(tx, task, known)
        : await toContinuity(tx, task, createdAt, isSame ? "resumed" : conversation.continuity),
    generation,
    inputTokens: known?.inputTokens ?? 0,
    outputTokens: known?.outputTokens ?? 0,
    cachedTokens: known?.cachedTokens ?? 0,
    cost: known?.cost ?? 0,
    contextUsed: known?.contextUsed ?? null,
    contextSize: known?.contextSize ?? null,
    createdAt,
    lastUsedAt: at,
  });
  return generation;
}

/**
 * Computes a turn's continuity. From its second turn on, an agent's own context counts as continued; a context that started in the middle
 * of a chat never contains the earlier messages, however many turns follow.
 */
async function toContinuity(tx: Transaction<Schema>, task: Task, createdAt: EpochMs, found: Continuity): Promise<Continuity> {
  if (found !== "resumed") return found;
  return (await hasStartedBefore(tx, task.chatId, task.agent, createdAt)) ? "new" : "resumed";
}

/**
 * Computes the continuity of an agent that receives the whole chat with every prompt. For the person it continues its own context, unless
 * another agent has worked in the chat since its last turn: then that part was handed over.
 */
async function toNativeContinuity(tx: Transaction<Schema>, task: Task, known: AgentSessionRecord | null): Promise<Continuity> {
  if (await hasAnotherStartedSince(tx, task.chatId, task.agent, known?.lastUsedAt ?? 0)) return "history";
  return known === null ? "new" : "resumed";
}

/**
 * Returns whether the agent's context is the recorded one. Native agents have no context of their own: they receive the whole conversation
 * every time.
 */
function isSameContext(known: AgentSessionRecord | null, { agentSessionId }: AgentConversation): boolean {
  return agentSessionId !== null && known?.agentSessionId === agentSessionId;
}
