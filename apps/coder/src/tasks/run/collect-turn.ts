import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { Task } from "@boocode/shared/tasks/task";
import { cutText } from "@boocode/shared/text/cut-text";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Logger } from "../../platform/logger.ts";
import { describeFailure } from "./describe-failure.ts";
import type { TaskEnd } from "./end-task.ts";
import { type CaptureChanges, type TaskWorktrees, toCapturedEvent, toCheckpointEvent, toUncoveredNotice } from "./run-ports.ts";

export interface CollectDeps {
  worktrees: Pick<TaskWorktrees, "checkpoint">;
  captureChanges: CaptureChanges;
  logger: Logger;
}

export interface TurnToCollect {
  task: Task;
  worktree: Worktree;
  before: Checkpoint;
  namedPaths: readonly string[];
  end: TaskEnd;
}

/**
 * Takes the checkpoint after a turn and captures the changes, before the end is stored. Returns the end, and the events to store before it.
 * A turn whose work cannot be read is never recorded as completed.
 */
export async function collectTurn(deps: CollectDeps, turn: TurnToCollect): Promise<{ end: TaskEnd; told: ChatEventBody[] }> {
  const { task, worktree, before, end } = turn;
  const { id, chatId, agent, sessionId } = task;
  const told: ChatEventBody[] = [];
  try {
    const after = await deps.worktrees.checkpoint(worktree, { author: agent, taskId: id, chatId, when: "after" });
    told.push(toCheckpointEvent("after", after));
    const uncovered = after.leftOut.filter((name) => !before.leftOut.includes(name));
    if (uncovered.length > 0) told.push(toUncoveredNotice(uncovered));
    const captured = { id, chatId, agent, before: before.tree, after: after.tree, namedPaths: turn.namedPaths };
    told.push(toCapturedEvent(await deps.captureChanges(sessionId, { task: captured })));
    return { end, told };
  } catch (error) {
    deps.logger.error({ err: error, taskId: id }, "What a turn changed could not be captured");
    const { cause, evidence } = describeFailure(error, "worktree_failed");
    if (end.state === "completed") return { end: { ...end, state: "failed", cause, evidence }, told };
    const text = cutText(`What this turn changed could not be captured: ${evidence.message ?? cause}`, 4_000);
    told.push({ type: "notice", level: "warning", text });
    return { end, told };
  }
}
