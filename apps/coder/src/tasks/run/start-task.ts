import { findAgentSession, upsertAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Schema } from "@boocode/db/schema";
import { listOpenTasks, updateTask } from "@boocode/db/stores/chats/task-store";
import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import { hasSameAttachments } from "@boocode/shared/attachments/has-same-attachments";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { EpochMs } from "@boocode/shared/ids";
import { applyTaskTransition } from "@boocode/shared/tasks/task-transitions";
import type { Task } from "@boocode/shared/tasks/task";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Transaction } from "kysely";
import type { Lease } from "../../agents/pool/live.ts";
import { toQueueChange } from "../read-queue-change.ts";
import { toTaskChanges } from "./end-task.ts";
import { type GatheredHandoff, toHandoffEvent, toMemory } from "./prompt/gather-handoff.ts";
import type { TaskDeps } from "./run-ports.ts";

export interface StartedTask {
  task: Task;
  /** The turn's fencing token. */
  generation: number;
}

/** The prompt was edited, so that what was prepared belongs to another text. */
export interface EditedTask {
  /** The prompt as it is now. */
  editedTo: Pick<Task, "text" | "kind" | "attachments">;
}

export interface StartInput {
  /** The prompt for which the rest was prepared. */
  prompt: Pick<Task, "text" | "attachments">;
  lease: Lease;
  worktree: Worktree;
  before: readonly ChatEventBody[];
  /** What the agent is told before its prompt. */
  handoff: GatheredHandoff;
  /** What the journal is told besides of its prompt. */
  told: readonly ChatEventBody[];
}

/**
 * Marks a queued task as running, in one transaction that survives a power cut. After this the task is never run again.
 *
 * Returns null if the task is no longer queued. A prompt that was edited since it was prepared does not start.
 */
export async function startTask(
  deps: TaskDeps,
  { id: taskId, sessionId }: Pick<Task, "id" | "sessionId">,
  input: StartInput,
): Promise<StartedTask | EditedTask | null> {
  const at = deps.time.now();
  return deps.db.write("full", async (tx, announce) => {
    const open = await listOpenTasks(tx, sessionId);
    const queued = open.find(({ id }) => id === taskId);
    if (queued?.state !== "queued") return null;
    const { text, attachments } = input.prompt;
    if (queued.text !== text || !hasSameAttachments(queued.attachments, attachments)) return { editedTo: queued };
    const task = applyTaskTransition(queued, { type: "start", at });
    if ("fault" in task) return null;
    const { chatId } = task;
    const known = await findAgentSession(tx, chatId, task.agent);
    const generation = await takeAgentSession(tx, task, input, known, at);
    const bodies: ChatEventBody[] = [
      ...input.before,
      { type: "task.started", agent: task.agent, model: task.model },
      ...toToldEvents(task, input, known),
    ];
    const events = await appendChatEvents(tx, announce, sessionId, [
      ...bodies.map((body) => ({ chatId, taskId, at, body })),
      toQueueChange(
        open.filter((other) => other !== queued),
        at,
      ),
    ]);
    // From now on its place tells when it ran.
    const position = events.find(({ body }) => body.type === "task.started")?.seq ?? task.position;
    await updateTask(tx, taskId, { ...toTaskChanges(task), position });
    announce.changed("tasks", [taskId], sessionId);
    announce.changed("sessions", [sessionId], sessionId);
    announce.changed("agentSessions", [chatId], sessionId);
    return { task, generation };
  });
}

async function takeAgentSession(
  tx: Transaction<Schema>,
  task: Task,
  input: StartInput,
  known: AgentSessionRecord | null,
  at: EpochMs,
): Promise<number> {
  const { conversation, backend, configHash } = input.lease;
  const generation = (known?.generation ?? 0) + 1;
  const memory = toMemory(known, conversation);
  await upsertAgentSession(tx, {
    chatId: task.chatId,
    agent: task.agent,
    sessionId: task.sessionId,
    worktreeId: input.worktree.id,
    backend,
    agentSessionId: conversation.agentSessionId,
    canResume: conversation.canResume ?? true,
    // A new context has been told nothing until the agent has had its first prompt.
    seenSeq: memory.kind === "none" ? 0 : memory.seenSeq,
    configHash,
    status: "busy",
    continuity: input.handoff.continuity,
    generation,
    inputTokens: known?.inputTokens ?? 0,
    outputTokens: known?.outputTokens ?? 0,
    cachedTokens: known?.cachedTokens ?? 0,
    cost: known?.cost ?? 0,
    contextUsed: known?.contextUsed ?? null,
    contextSize: known?.contextSize ?? null,
    // A new context gets a new record: it does not contain what was said before it began.
    createdAt: known && memory.kind !== "none" ? known.createdAt : at,
    lastUsedAt: at,
  });
  return generation;
}

/** Builds the journal's events for what the agent is told before its prompt, and why. */
function toToldEvents(
  task: Task,
  { handoff, told: besides, lease: { conversation, configHash } }: StartInput,
  known: AgentSessionRecord | null,
): ChatEventBody[] {
  const told: ChatEventBody[] = [];
  const isAnew = known !== null && toMemory(known, conversation).kind === "none";
  if (known?.agentSessionId && known.configHash !== configHash) {
    const how = isAnew ? "began a new context" : "continues its context";
    const text = `${task.agent} was started again, because its settings or its folder have changed. It ${how}.`;
    told.push({ type: "notice", level: "info", text });
  }
  // An agent without a memory of its own is given the chat even where it has missed nothing.
  if (handoff.turns > 0 || handoff.text !== "") told.push(toHandoffEvent(task.agent, handoff, isAnew));
  told.push(...besides);
  return told;
}
