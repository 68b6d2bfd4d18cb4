import type { SessionId } from "../../ids.ts";
import { isSameState, type FileState } from "../edits/file-edit.ts";
import { STAGED_LIMITS, type StagedAuthor, type StagedEdit, type StagedStep } from "./staged-edit.ts";

export interface StageInput {
  sessionId: SessionId;
  path: string;
  /** What is staged at the path so far; null if nothing is. */
  previous: StagedEdit | null;
  /** What is in the worktree now. */
  worktree: FileState;
  after: FileState;
  /** The size of `after`. */
  bytes: number;
  by: StagedAuthor;
  at: number;
}

/**
 * Stages a content of one file on top of what is staged there already. The edit keeps the base it was first made over, and all its authors.
 * Returns null if nothing remains to be staged: the content is the worktree's, or the one that the edit began with.
 */
export function decideStage({ sessionId, path, previous, worktree, after, bytes, by, at }: StageInput): StagedEdit | null {
  const base = previous === null ? worktree : previous.base;
  if (isSameState(after, base) || isSameState(after, worktree)) return null;
  const step = { agent: by.agent, chatId: by.chatId, taskId: by.taskId, after, at };
  const steps = addStep(previous?.steps ?? [], step);
  return { sessionId, path, base, steps, bytes, createdAt: previous?.createdAt ?? at, updatedAt: at };
}

function addStep(steps: readonly StagedStep[], step: StagedStep): StagedStep[] {
  const last = steps.at(-1);
  const isSameAuthor = last && last.agent === step.agent && last.chatId === step.chatId && last.taskId === step.taskId;
  const all = [...(isSameAuthor ? steps.slice(0, -1) : steps), step];
  return all.length > STAGED_LIMITS.steps ? all.toSpliced(findDispensable(all), 1) : all;
}

/** The oldest step whose lines may be counted as the next one's: that of the same agent, else of an agent that has other steps. */
function findDispensable(steps: readonly StagedStep[]): number {
  const inARow = steps.findIndex(({ agent }, place) => steps[place + 1]?.agent === agent);
  if (inARow >= 0) return inARow;
  return Math.max(
    0,
    steps.findIndex(({ agent }, place) => steps.some((other, at) => at !== place && other.agent === agent)),
  );
}

/** Whether the worktree has moved on since an edit was made: it has neither what the edit was made over nor what is staged. */
export function decideStale({ base, after, worktree }: { base: FileState; after: FileState; worktree: FileState }): boolean {
  return !isSameState(worktree, base) && !isSameState(worktree, after);
}

/** The authors of several edits, latest first. */
export function listAuthors(edits: readonly Pick<StagedEdit, "steps">[]): {
  agents: StagedAuthor["agent"][];
  chatIds: NonNullable<StagedAuthor["chatId"]>[];
  taskIds: NonNullable<StagedAuthor["taskId"]>[];
} {
  // Of steps made at the same time, the later one comes first.
  const steps = edits.flatMap((edit) => edit.steps).toReversed();
  steps.sort((a, b) => b.at - a.at);
  return {
    agents: [...new Set(steps.map(({ agent }) => agent))],
    chatIds: [...new Set(steps.flatMap(({ chatId }) => chatId ?? []))],
    taskIds: [...new Set(steps.flatMap(({ taskId }) => taskId ?? []))],
  };
}
