import { z } from "zod";
import { AgentId, ChatId, EpochMs, SessionId, TaskId } from "../../ids.ts";
import { FileState } from "../edits/file-edit.ts";

/** Limits of staged edits. Over them, an edit is refused and nothing is staged. */
export const STAGED_LIMITS = {
  /** Files of one session. */
  files: 1_000,
  /** The content of one staged file, in bytes. */
  fileBytes: 8 * 1024 * 1024,
  /** The content of all staged files of one session, in bytes. */
  totalBytes: 64 * 1024 * 1024,
  /** A text that the person stages, in bytes. */
  personBytes: 2 * 1024 * 1024,
  /** The authors' steps kept of one file. */
  steps: 50,
} as const;

/** Who staged an edit: an agent in a turn, or the person. */
export const StagedAuthor = z.object({
  /** Null: the person. */
  agent: AgentId.nullable(),
  chatId: ChatId.nullable(),
  taskId: TaskId.nullable(),
});
export type StagedAuthor = z.infer<typeof StagedAuthor>;

/** What one author made of the file. */
export const StagedStep = StagedAuthor.extend({ after: FileState, at: EpochMs });
export type StagedStep = z.infer<typeof StagedStep>;

/** An edit of one file that is kept in the store and not written to the worktree. */
export const StagedEdit = z.object({
  sessionId: SessionId,
  /** Relative to the worktree; always valid text. */
  path: z.string().min(1).max(4_096),
  /** What was in the worktree when the edit was first made. */
  base: FileState,
  /** The authors' steps, oldest first. The last one's content is what is staged. */
  steps: z.array(StagedStep).min(1).max(STAGED_LIMITS.steps),
  /** The size of the staged content; 0 for a deletion. */
  bytes: z.number().int().nonnegative(),
  createdAt: EpochMs,
  updatedAt: EpochMs,
});
export type StagedEdit = z.infer<typeof StagedEdit>;

/** What is staged at the path. */
export function stagedState({ steps }: Pick<StagedEdit, "steps">): FileState {
  return steps.at(-1)!.after;
}
