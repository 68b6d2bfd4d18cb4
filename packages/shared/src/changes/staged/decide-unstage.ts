import type { TaskId } from "../../ids.ts";
import { decideRestorePath, type RestorePath } from "../edits/decide-restore.ts";
import { isSameState, type FileState } from "../edits/file-edit.ts";
import { stagedState, type StagedEdit, type StagedStep } from "./staged-edit.ts";

/**
 * What restoring to before a turn means for one staged edit. Null: the turn staged nothing of it. `isLater`: others have staged something
 * over it since; then `decision` says what their work becomes.
 */
export interface Unstage {
  /** What was staged before the turn, or what the edit began with. */
  before: FileState;
  isLater: boolean;
  decision: Extract<RestorePath, { kind: "none" | "write" | "later" }>;
}

/** Decides for one staged edit what restoring to before a turn takes out of it. */
export function decideUnstage({ base, steps }: StagedEdit, taskId: TaskId): Unstage | null {
  const first = steps.findIndex((step) => step.taskId === taskId);
  if (first < 0) return null;
  const before = first === 0 ? base : steps[first - 1]!.after;
  const after = steps.findLast((step) => step.taskId === taskId)!.after;
  const decision = decideRestorePath({ before, after, now: steps.at(-1)!.after, isAppeared: false });
  // A repository of its own is never staged.
  if (decision.kind === "keep") return null;
  return { before, isLater: steps.slice(first).some((step) => step.taskId !== taskId), decision };
}

/**
 * Takes a turn out of a staged edit, of which `now` is left. Returns null if nothing remains to be staged. Steps of others stay, with what
 * each has left, as far as anything is left of them.
 */
export function takeTurnOut(edit: StagedEdit, taskId: TaskId, now: { state: FileState; bytes: number }): StagedEdit | null {
  const first = edit.steps.findIndex((step) => step.taskId === taskId);
  const { before } = decideUnstage(edit, taskId)!;
  const rest = isSameState(now.state, before) ? edit.steps.slice(0, first) : edit.steps.filter((step) => step.taskId !== taskId);
  const steps = rest.map((step, at): StagedStep => (at === rest.length - 1 ? { ...step, after: now.state } : step));
  if (steps.length === 0 || isSameState(now.state, edit.base)) return null;
  return isSameState(now.state, stagedState(edit)) && steps.length === edit.steps.length ? edit : { ...edit, steps, bytes: now.bytes };
}
