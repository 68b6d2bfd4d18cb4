import type { TaskId } from "../ids.ts";
import type { ChatEvent, ChatEventBody } from "./chat-event.ts";

/** Returns the key of a task's prompt. */
export const toPromptKey = (taskId: TaskId): string => `prompt:${taskId}`;

/**
 * Returns the key of the transcript item an event belongs to, or null if it belongs to none.
 *
 * Keys are unique within a chat as long as part ids and call ids are, which the recorder guarantees.
 */
export function toItemKey(event: Pick<ChatEvent, "seq" | "taskId" | "body">): string | null {
  const { body, taskId } = event;
  switch (body.type) {
    case "prompt.accepted":
    case "attachments.given":
      return taskId === null ? null : toPromptKey(taskId);
    case "prompt.steered":
      return `steer:${body.promptId}`;
    case "text.delta":
    case "thought.delta":
    case "part.set":
      return `part:${body.partId}`;
    case "tool.started":
    case "tool.updated":
      return `tool:${body.callId}`;
    case "plan.updated":
      return taskId === null ? null : `plan:${taskId}`;
    case "permission.requested":
    case "permission.resolved":
      return `permission:${body.permissionId}`;
    case "notice":
      return `notice:${event.seq}`;
    case "changes.applied":
    case "changes.rejected":
    case "changes.restored":
      return `judgement:${event.seq}`;
    case "handoff.sent":
      return `handoff:${event.seq}`;
    case "skill.given":
      return `skill:${event.seq}`;
    case "task.ended":
      return taskId === null ? null : `end:${taskId}`;
    case "commands.updated":
    case "usage.updated":
    case "session.updated":
    case "queue.changed":
    case "task.started":
    case "checkpoint.taken":
    case "changes.captured":
    case "late_terminal":
    case "unreadable":
      return null;
  }
}

/** Returns whether an event may begin its item. Later events of an item that never began are ignored. */
export function beginsItem(body: ChatEventBody): boolean {
  switch (body.type) {
    case "text.delta":
    case "thought.delta":
      return body.offset === 0;
    case "prompt.accepted":
    case "prompt.steered":
    case "part.set":
    case "tool.started":
    case "plan.updated":
    case "permission.requested":
    case "notice":
    case "changes.applied":
    case "changes.rejected":
    case "changes.restored":
    case "handoff.sent":
    case "skill.given":
    case "task.ended":
      return true;
    case "tool.updated":
    case "permission.resolved":
    case "attachments.given":
    case "commands.updated":
    case "usage.updated":
    case "session.updated":
    case "queue.changed":
    case "task.started":
    case "checkpoint.taken":
    case "changes.captured":
    case "late_terminal":
    case "unreadable":
      return false;
  }
}
