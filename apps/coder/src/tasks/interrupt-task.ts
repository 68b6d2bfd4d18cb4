import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { findLastEventType, readTaskEvents } from "@boocode/db/stores/chats/chat-event-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { AGENT_EVENT_TYPES, type AgentEventType } from "@boocode/shared/agents/agent-event";
import { ACT_TYPES } from "@boocode/shared/agents/handoff/decide-seen";
import { toCommandWord } from "@boocode/shared/agents/handoff/is-tellable";
import type { Usage } from "@boocode/shared/agents/usage";
import type { ChatEvent, ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { TaskId } from "@boocode/shared/ids";
import type { Task, TaskEvidence } from "@boocode/shared/tasks/task";
import { endTask, type TaskEnd } from "./run/end-task.ts";
import { countChanged, type TaskDeps } from "./run/run-ports.ts";

/**
 * Ends a running task that has lost its run, using what the journal has about it. Returns the ended task, or null if there was none to end.
 * If a person had asked it to stop, it ends as cancelled.
 */
export async function interruptTask(
  deps: TaskDeps,
  taskId: TaskId,
  cause: "daemon_restart" | "daemon_shutdown",
  before: readonly ChatEventBody[] = [],
): Promise<Task | null> {
  const task = await findTask(deps.db.read, taskId);
  if (task?.state !== "running") return null;
  // Read only the events that the end needs, however long the turn is: the daemon's start waits for this.
  const lastEvent = await findLastEventType(deps.db.read, taskId, EVIDENCE_TYPES);
  const usages = await readTaskEvents(deps.db.read, taskId, ["usage.updated"]);
  const how: Pick<TaskEnd, "state" | "cause"> =
    task.stopRequestedAt === null ? { state: "interrupted", cause } : { state: "cancelled", cause: "stopped_by_person" };
  const end: TaskEnd = { ...how, evidence: toEvidence(lastEvent), usage: usageOf(usages), model: "" };
  const record = await findAgentSession(deps.db.read, task.chatId, task.agent);
  const turn = record && {
    generation: record.generation,
    status: "idle" as const,
    agentSessionId: record.agentSessionId,
    continuity: record.continuity,
    hasActed: (await findLastEventType(deps.db.read, taskId, ACT_TYPES)) !== null,
    isTold: toCommandWord(task.text) === null || (await readTaskEvents(deps.db.read, taskId, ["handoff.sent"])).length > 0,
    isRetold: false,
    isFenced: true,
  };
  return endTask(deps, { taskId, end, before, ...countChanged(before), ...(turn ? { turn } : {}) });
}

/** Describes the newest thing the agent said or did. Facts recorded by the daemon do not count. */
function toEvidence(lastEvent: string | null): TaskEvidence {
  return lastEvent === null ? { message: "The agent had not sent anything yet." } : { lastEvent };
}

function usageOf(events: readonly ChatEvent[]): Usage | null {
  const last = events.findLast(({ body }) => body.type === "usage.updated")?.body;
  return last?.type === "usage.updated" ? last.usage : null;
}

/**
 * Events that do not show how far the agent had come: decisions by the person or the daemon, and commands that an agent may announce at any
 * time.
 */
const NO_EVIDENCE: readonly AgentEventType[] = ["permission.resolved", "commands.updated"];
const EVIDENCE_TYPES = AGENT_EVENT_TYPES.filter((type) => !NO_EVIDENCE.includes(type));
