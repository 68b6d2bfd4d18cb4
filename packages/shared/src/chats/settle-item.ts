import type { ToolStatus } from "../agents/agent-event.ts";
import type { TaskEndState } from "../tasks/task.ts";
import type { PlanItem, TranscriptItem, TurnEndItem } from "./transcript.ts";
import { isPart } from "./update-item.ts";

/** What the transcript knows about an item's task. */
export interface TaskContext {
  /** The task's end, if it has ended. */
  end: TurnEndItem | undefined;
  /** Whether a later item of the same task exists. */
  hasLater: boolean;
}

/** Returns whether the item is still in progress: streaming text, a running tool, an unanswered permission, a step of a plan. */
export function isOpen(item: TranscriptItem): boolean {
  if (isPart(item)) return item.isStreaming;
  if (item.kind === "tool") return item.status === "running";
  if (item.kind === "plan") return item.entries.some(({ status }) => status === "running");
  return item.kind === "permission" && item.resolution === null;
}

/** Closes an item according to its task: nothing of an ended task stays in progress. Returns the same object if nothing changes. */
export function settleItem(item: TranscriptItem, { end, hasLater }: TaskContext): TranscriptItem {
  if (!isOpen(item)) return item;
  if (isPart(item)) return end !== undefined || hasLater ? { ...item, isStreaming: false } : item;
  if (end === undefined) return item;
  if (item.kind === "tool") return { ...item, status: TOOL_STATUS_AT_END[end.state], endedAt: end.at };
  // A step that was under way, and of which nothing more is heard, was not done.
  if (item.kind === "plan") return { ...item, entries: item.entries.map(stopStep) };
  if (item.kind === "permission") return { ...item, resolution: { optionId: null, by: "cancelled" } };
  return item;
}

const stopStep = (entry: PlanItem["entries"][number]) => (entry.status === "running" ? { ...entry, status: "pending" as const } : entry);

/** A tool without a reported end did not complete, however the turn ended. */
const TOOL_STATUS_AT_END: Record<TaskEndState, ToolStatus> = {
  completed: "cancelled",
  cancelled: "cancelled",
  interrupted: "cancelled",
  failed: "failed",
};
