import type { ToolStatus } from "../agents/agent-event.ts";
import type { TaskEndState } from "../tasks/task.ts";
import type { TranscriptItem, TurnEndItem } from "./transcript.ts";
import { isPart } from "./update-item.ts";

/** What else the transcript knows of an item's task. */
export interface TaskContext {
  /** How the task ended, if it has. */
  end: TurnEndItem | undefined;
  /** Whether an item of the same task stands after this one. */
  hasLater: boolean;
}

/** Whether the item is still under way: text that streams, a tool that runs, a permission nobody answered. */
export function isOpen(item: TranscriptItem): boolean {
  if (isPart(item)) return item.isStreaming;
  if (item.kind === "tool") return item.status === "running";
  return item.kind === "permission" && item.resolution === null;
}

/** The item as its task leaves it: nothing of a task that ended stays under way. The same object where nothing changes. */
export function settleItem(item: TranscriptItem, { end, hasLater }: TaskContext): TranscriptItem {
  if (!isOpen(item)) return item;
  if (isPart(item)) return end !== undefined || hasLater ? { ...item, isStreaming: false } : item;
  if (end === undefined) return item;
  if (item.kind === "tool") return { ...item, status: TOOL_STATUS_AT_END[end.state], endedAt: end.at };
  if (item.kind === "permission") return { ...item, resolution: { optionId: null, by: "cancelled" } };
  return item;
}

/** A tool whose end nobody reported did not complete, whatever became of the turn. */
const TOOL_STATUS_AT_END: Record<TaskEndState, ToolStatus> = {
  completed: "cancelled",
  cancelled: "cancelled",
  interrupted: "cancelled",
  failed: "failed",
};
