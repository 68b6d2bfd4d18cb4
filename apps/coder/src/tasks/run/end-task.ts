import { findAgentSession, updateAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import type { Announce } from "@boocode/db/announcements";
import { appendChatEvents, readTaskEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Schema } from "@boocode/db/schema";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { insertTurnUsage } from "@boocode/db/stores/agents/usage-store";
import { findTask, listOpenTasks, updateTask } from "@boocode/db/stores/chats/task-store";
import type { AgentSessionRecord, Continuity } from "@boocode/shared/agents/agent-session-record";
import { decideSeen } from "@boocode/shared/agents/handoff/decide-seen";
import type { Usage } from "@boocode/shared/agents/usage";
import type { ChatEventBody, NewChatEvent } from "@boocode/shared/chats/chat-event";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EpochMs, TaskId } from "@boocode/shared/ids";
import { applyTaskTransition, hasEnded } from "@boocode/shared/tasks/task-transitions";
import type { Task, TaskCause, TaskEndState, TaskEvidence } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { cancelPermissions } from "../../agents/settle-permission.ts";
import { followLimit } from "../after-limit.ts";
import { readQueueChange } from "../read-queue-change.ts";
import type { TaskDeps } from "./run-ports.ts";

export interface TaskEnd {
  state: TaskEndState;
  cause: TaskCause | null;
  evidence: TaskEvidence | null;
  usage: Usage | null;
  /** The model that answered; empty if none did. */
  model: string;
}

export interface EndTaskInput {
  taskId: TaskId;
  end: TaskEnd;
  /** Ends the task only if this holds of it, in the same transaction. */
  only?(tx: Transaction<Schema>, task: Task): Promise<boolean>;
  /** Events of another task that belong to this end, stored in front of it. */
  beside?(task: Task, at: EpochMs): readonly NewChatEvent[];
  /** Further events of the turn's end, stored in order in the same transaction. */
  before?: readonly ChatEventBody[];
  filesChanged?: number;
  /** How many of them were only staged. */
  filesStaged?: number;
  /** The turn that ends, if one had started. */
  turn?: {
    generation: number;
    status: AgentSessionRecord["status"];
    agentSessionId: string | null;
    continuity: Continuity;
    /** True if the agent said or did something, or completed. */
    hasActed: boolean;
    /** False if it was not told what it had missed, because it began by itself or was given a command of its own. */
    isTold: boolean;
    /** True if it was told the whole chat because its context turned out to be lost. */
    isRetold: boolean;
    /** True if the turn was abandoned: anything it still sends is late. */
    isFenced: boolean;
  };
}

/**
 * Ends a task exactly once, whoever asks: stores its row, `task.ended` and the agent's record in one transaction that survives a power cut.
 *
 * Returns the ended task, or null if the task is unknown or had already ended; in the latter case the end of a turn is recorded as
 * `late_terminal`.
 */
export async function endTask(deps: TaskDeps, input: EndTaskInput): Promise<Task | null> {
  const at = deps.time.now();
  return deps.db.write("full", async (tx, announce) => {
    const task = await findTask(tx, input.taskId);
    if (task === null) return null;
    if (input.only && !(await input.only(tx, task))) return null;
    if (hasEnded(task)) {
      if (input.turn) await appendLateTerminal(tx, announce, task, { generation: input.turn.generation, state: input.end.state, at });
      return null;
    }
    const { model, ...end } = input.end;
    const ended = applyTaskTransition(task, { type: "end", at, ...end, ...(model === "" ? {} : { model }) });
    if ("fault" in ended) throw new DomainError(ended.fault);
    await updateTask(tx, task.id, toTaskChanges(ended));
    const cancelled = await cancelPermissions(tx, task, at);
    const released = await releaseWords(tx, task);
    const newEvents: NewChatEvent[] = [
      ...(input.beside?.(task, at) ?? []),
      ...cancelled.map(({ newEvent }) => newEvent),
      ...(input.before ?? []).map((body) => ({ chatId: task.chatId, taskId: task.id, at, body })),
      ...released.told.map((body) => ({ chatId: task.chatId, taskId: task.id, at, body })),
      { chatId: task.chatId, taskId: task.id, at, body: toEndedEvent(ended, input) },
    ];
    if (task.state === "queued") newEvents.push(await readQueueChange(tx, task.sessionId, at));
    await appendChatEvents(tx, announce, task.sessionId, newEvents);
    await followLimit({ tx, announce, at }, ended, task.model);
    await countUsage(tx, announce, ended, at);
    if (input.turn) await settleAgentSession(tx, ended, input.turn, at);
    if (released.ids.length > 0) announce.changed("tasks", released.ids, task.sessionId);
    announceEnd(announce, ended, { permissions: cancelled.map(({ permission }) => permission.id), hasTurn: input.turn !== undefined });
    return ended;
  });
}

/** Counts what a turn used, in the transaction of its end, so that it counts exactly once. A prompt that never started used nothing. */
async function countUsage(tx: Transaction<Schema>, announce: Announce, task: Task, at: EpochMs): Promise<void> {
  const session = task.startedAt === null ? null : await findSession(tx, task.sessionId);
  if (session === null) return;
  await insertTurnUsage(tx, { ...task, projectId: session.projectId, endedAt: at });
  // Of no single session: the day's budget may hold the prompts of all now.
  announce.changed("usage", [task.sessionId]);
}

/** Makes plain prompts of the words that were meant for a turn that ends before it took them. */
async function releaseWords(tx: Transaction<Schema>, { id, sessionId }: Task): Promise<{ ids: TaskId[]; told: ChatEventBody[] }> {
  const words = (await listOpenTasks(tx, sessionId)).filter((task) => task.steers === id);
  for (const task of words) await updateTask(tx, task.id, { steers: null });
  if (words.length === 0) return { ids: [], told: [] };
  const text =
    words.length === 1
      ? "The turn ended before the agent could be given your message. It is the next prompt."
      : `The turn ended before the agent could be given ${words.length} of your messages. They are the next prompts.`;
  return { ids: words.map((task) => task.id), told: [{ type: "notice", level: "info", text }] };
}

function announceEnd(announce: Announce, task: Task, { permissions, hasTurn }: { permissions: string[]; hasTurn: boolean }): void {
  const { id, sessionId, chatId } = task;
  announce.changed("tasks", [id], sessionId);
  announce.changed("sessions", [sessionId], sessionId);
  if (permissions.length > 0) announce.changed("permissions", permissions, sessionId);
  if (hasTurn) announce.changed("agentSessions", [chatId], sessionId);
}

/** Records the end of a turn that was already abandoned: it is stored but never applied. */
export async function recordLateTerminal(deps: TaskDeps, task: Task, generation: number, state: string): Promise<void> {
  const at = deps.time.now();
  await deps.db.write("normal", (tx, announce) => appendLateTerminal(tx, announce, task, { generation, state, at }));
}

async function appendLateTerminal(
  tx: Transaction<Schema>,
  announce: Announce,
  task: Task,
  late: { generation: number; state: string; at: number },
): Promise<void> {
  const { generation, state, at } = late;
  const body = { type: "late_terminal" as const, generation, state };
  await appendChatEvents(tx, announce, task.sessionId, [{ chatId: task.chatId, taskId: task.id, at, body }]);
}

async function settleAgentSession(tx: Transaction<Schema>, task: Task, turn: NonNullable<EndTaskInput["turn"]>, at: number): Promise<void> {
  const record = await findAgentSession(tx, task.chatId, task.agent);
  if (record === null || record.generation !== turn.generation) return;
  const { usage } = task;
  const [started] = await readTaskEvents(tx, task.id, ["task.started"]);
  const isSameContext = record.agentSessionId === null || record.agentSessionId === turn.agentSessionId;
  await updateAgentSession(tx, task.chatId, task.agent, {
    status: turn.status,
    agentSessionId: turn.agentSessionId,
    // Keep the value from the start of the turn, unless the agent switched to another context. Some name their context only in the turn.
    continuity: turn.isRetold ? "history" : isSameContext ? record.continuity : turn.continuity,
    seenSeq: decideSeen(record, { ...turn, startedSeq: started?.seq ?? null }),
    generation: turn.isFenced ? record.generation + 1 : record.generation,
    inputTokens: record.inputTokens + (usage?.inputTokens ?? 0),
    outputTokens: record.outputTokens + (usage?.outputTokens ?? 0),
    cachedTokens: record.cachedTokens + (usage?.cachedTokens ?? 0),
    cost: record.cost + (usage?.cost ?? 0),
    contextUsed: usage?.contextUsed ?? record.contextUsed,
    contextSize: usage?.contextSize ?? record.contextSize,
    lastUsedAt: at,
  });
}

function toEndedEvent(task: Task, { filesChanged = 0, filesStaged = 0 }: EndTaskInput): ChatEventBody {
  return {
    type: "task.ended",
    state: task.state as TaskEndState,
    agent: task.agent,
    model: task.model,
    cause: task.cause,
    evidence: task.evidence,
    durationMs: task.startedAt === null || task.endedAt === null ? null : Math.max(0, task.endedAt - task.startedAt),
    usage: task.usage,
    filesChanged,
    ...(filesStaged > 0 && { filesStaged }),
  };
}

/** Picks the columns that a state transition may change. */
export function toTaskChanges(task: Task) {
  const { state, cause, evidence, usage, model, stopRequestedAt, startedAt, endedAt } = task;
  return { state, cause, evidence, usage, model, stopRequestedAt, startedAt, endedAt };
}
