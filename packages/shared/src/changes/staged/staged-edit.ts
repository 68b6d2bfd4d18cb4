import { z } from "zod";
import { AgentId, ChatId, EpochMs, SessionId, TaskId } from "../../ids.ts";
import { FileState, Oid } from "../edits/file-edit.ts";

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

/** A file that the person stages: its whole text, or null to delete it. */
export const AddInput = z.object({
  sessionId: SessionId,
  path: z.string().max(4_096),
  content: z.string().max(STAGED_LIMITS.personBytes).nullable(),
  /** Default: as it is. */
  mode: z.enum(["100644", "100755"]).optional(),
  /** The git id of the content that the person began with, staged or on disk; null if there was no file. */
  baseOid: Oid.nullable(),
});
export type AddInput = z.infer<typeof AddInput>;

/** What is staged at the path. */
export function stagedState({ steps }: Pick<StagedEdit, "steps">): FileState {
  return steps.at(-1)!.after;
}
