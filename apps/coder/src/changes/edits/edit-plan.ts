import type { Database } from "@boocode/db/database";
import type { BaseMove, FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { Edit, EditKind, JudgedChange } from "@boocode/shared/changes/edits/edit";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import type { EditId, SessionId, TaskId } from "@boocode/shared/ids";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { EditPlace } from "./files/edit-place.ts";

/** What to write, and why. Paths that do not change may be listed. */
export interface EditPlan {
  kind: EditKind;
  sessionId: SessionId;
  worktree: Worktree;
  /** The project's own checkout, absolute. */
  projectPath: string;
  /** The contents named by `after` must be in the project's object store. */
  files: readonly FileEdit[];
  /** Where the base tree moves. */
  base: readonly BaseMove[];
  /** The base tree after the moves, if it is known already. */
  baseAfter?: string;
  /** What the caller stages in the worktree's own index once all is written; default: nothing. */
  index?: readonly BaseMove[];
  /** What becomes of staged edits; default: nothing. */
  staged?: readonly StagedMove[];
  judged: readonly JudgedChange[];
  undoes?: EditId;
  taskId?: TaskId;
  /** The session's pending changes, as they were read under the locks; default: they are read again. */
  pending?: readonly PendingChange[];
  /** The open place of its files; default: opened anew. */
  place?: EditPlace;
}

type Write = Parameters<Database["write"]>[1];

/** Writes an edit's consequences, in the transaction that marks it as done. */
export type EndWrite = (...input: Parameters<Write>) => Promise<unknown>;

/** What happens at the end of an edit. */
export interface PreparedEnd {
  write: EndWrite;
  /** Follows once that is stored. Until it has, more is looked at than is needed. */
  settle: () => Promise<void>;
}

/**
 * Prepares what changes in the store when an edit is done, such as the pending changes over the new base. Runs under the edit's locks: once
 * its files are written, or beside the writing if it writes to the checkout only. Runs again after a crash.
 */
export type PrepareEnd = (edit: Edit, worktree: Worktree, known?: KnownBefore) => Promise<PreparedEnd>;

/** What whoever planned an edit has read under its locks. */
export interface KnownBefore {
  pending: readonly PendingChange[];
  /** The open worktree. */
  overlay: GitOverlay;
}
