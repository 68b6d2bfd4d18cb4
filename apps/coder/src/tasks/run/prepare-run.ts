import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Task } from "@boocode/shared/tasks/task";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { type TaskDeps, type TaskWorktrees, toCheckpointEvent, type WorktreeGuard } from "./run-ports.ts";
import type { RunStep } from "./run-step.ts";

export interface Preparation {
  /** Whether the repository's own programs may start. */
  projectTrusted: Promise<boolean>;
  /** The checkpoint before the turn. */
  before: Promise<Checkpoint>;
  /** Resolves when both have settled, so that nothing continues after the task's end. Never rejects. */
  settled: Promise<unknown>;
}

export interface PreparationDeps {
  worktrees: Pick<TaskWorktrees, "checkpoint">;
  guard: Pick<WorktreeGuard, "prepare">;
  step: Pick<RunStep, "set">;
}

/**
 * Checks whether the repository is trusted and takes the checkpoint before the turn, in parallel. A pending setup runs first, so that its
 * changes are attributed to it.
 */
export function prepareRun({ worktrees, guard, step }: PreparationDeps, task: Task, worktree: Worktree): Preparation {
  const { id: taskId, chatId } = task;
  const preparing = guard.prepare(worktree, chatId);
  // An agent that continues by itself has already begun: changes since the last checkpoint are its own.
  const when = task.kind === "agent" ? "last" : "before";
  const isSetUp = worktree.setUpAt !== null;
  step.set(isSetUp ? "checkpoint" : "setup");
  const before = (isSetUp ? Promise.resolve() : preparing.then(() => step.set("checkpoint"))).then(() =>
    // Changes made between turns are the person's.
    worktrees.checkpoint(worktree, { author: null, taskId, chatId, when }),
  );
  const projectTrusted = preparing.then((ready) => ready.projectTrusted);
  return { projectTrusted, before, settled: Promise.allSettled([projectTrusted, before]) };
}

/** Waits for both; rejects with the first reason, the repository's trust before the checkpoint. */
export async function awaitBoth({ settled, projectTrusted, before }: Preparation): Promise<Checkpoint> {
  await settled;
  await projectTrusted;
  return before;
}

/** Stores the checkpoint before a turn that has begun already. */
export async function storeBefore(
  { db, time }: Pick<TaskDeps, "db" | "time">,
  { id: taskId, chatId, sessionId }: Task,
  checkpoint: Checkpoint,
): Promise<void> {
  const event = { taskId, chatId, at: time.now(), body: toCheckpointEvent("before", checkpoint) };
  await db.write("full", (tx, announce) => appendChatEvents(tx, announce, sessionId, [event]));
}
