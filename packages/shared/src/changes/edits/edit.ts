import { z } from "zod";
import { ChangeId, EditId, EpochMs, ProjectId, SessionId, TaskId, WorktreeId } from "../../ids.ts";
import { MAX_LISTED_CHANGES, PendingChange } from "../pending-change.ts";
import { STAGED_LIMITS } from "../staged/staged-edit.ts";
import { StagedMove } from "../staged/staged-move.ts";
import { BaseMove, FileEdit, Oid } from "./file-edit.ts";

/** What a person asked for with one click. An undo is an edit of its own. */
export const EditKind = z.enum([
  "apply",
  "undo_apply",
  "reject",
  "undo_reject",
  "restore",
  "undo_restore",
  "write_staged",
  "undo_write_staged",
  "stash",
  "apply_stash",
  "undo_apply_stash",
  "save",
  "undo_save",
]);
export type EditKind = z.infer<typeof EditKind>;

/** Whether the person wrote a file by hand, or took that back. This may happen while a turn runs. */
export const isSave = (kind: EditKind) => kind === "save" || kind === "undo_save";

/**
 * `started`: files are being written. `reverting`: a file was found changed, and what was written is being taken back. `done`; `failed`:
 * nothing is written; `needs_attention`: some paths are written and others hold content of somebody else; `undone`: its undo is done.
 */
export const EditState = z.enum(["started", "reverting", "done", "failed", "needs_attention", "undone"]);
export type EditState = z.infer<typeof EditState>;

/** A pending change that an edit judged. */
export const JudgedChange = z.object({
  /** The row as it was, so that an undo brings back who wrote it. */
  row: PendingChange,
  /** The chosen hunks, as places in the change's diff; null: the whole change. */
  hunks: z.array(z.number().int().nonnegative()).nullable(),
});
export type JudgedChange = z.infer<typeof JudgedChange>;

/** One write to files, recorded before the first file is touched. */
export const Edit = z.object({
  id: EditId,
  sessionId: SessionId,
  projectId: ProjectId,
  worktreeId: WorktreeId,
  kind: EditKind,
  state: EditState,
  files: z.array(FileEdit),
  /** Where the base tree moves. */
  base: z.array(BaseMove),
  /** The base tree before and after; null if it does not move. */
  baseBefore: Oid.nullable(),
  baseAfter: Oid.nullable(),
  /** What it stages in the worktree's own index, once its files are written. */
  index: z.array(BaseMove),
  /** The staged edits that go, change or come back with it. */
  staged: z.array(StagedMove),
  judged: z.array(JudgedChange),
  /** The edit that this one takes back. */
  undoes: EditId.nullable(),
  /** The turn that a restore reverses, or that ran when a file was saved. */
  taskId: TaskId.nullable(),
  /** Why it failed or needs attention: a sentence for the person. */
  reason: z.string().nullable(),
  createdAt: EpochMs,
  endedAt: EpochMs.nullable(),
});
export type Edit = z.infer<typeof Edit>;

/** An edit as the page lists it. */
export const EditSummary = z.object({
  id: EditId,
  kind: EditKind,
  state: EditState,
  /** At most {@link MAX_SHOWN_PATHS}. */
  paths: z.array(z.string()),
  /** The number of all its paths. */
  pathCount: z.number().int(),
  undoes: EditId.nullable(),
  taskId: TaskId.nullable(),
  reason: z.string().nullable(),
  createdAt: EpochMs,
  endedAt: EpochMs.nullable(),
});
export type EditSummary = z.infer<typeof EditSummary>;

export const MAX_SHOWN_PATHS = 100;

/** How long the contents that an undo needs are kept, from the end of the edit. */
export const UNDO_KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/** The maximum number of changes in one request: all that are listed, the staged ones too. */
const MAX_JUDGED = MAX_LISTED_CHANGES + STAGED_LIMITS.files;
/** The maximum number of hunks of one change. */
const MAX_HUNKS = 10_000;

/** The changes a person judges with one click, whole or by hunks. */
export const JudgeInput = z.object({
  sessionId: SessionId,
  changeIds: z.array(ChangeId).min(1).max(MAX_JUDGED),
  /** Hunks of changes listed in `changeIds`; a change that is not here is meant whole. */
  hunks: z
    .array(z.object({ changeId: ChangeId, hunks: z.array(z.number().int().nonnegative().max(1_000_000)).min(1).max(MAX_HUNKS) }))
    .max(MAX_JUDGED)
    .optional(),
});
export type JudgeInput = z.infer<typeof JudgeInput>;

/** A listed edit; `canUndo`: it may still be taken back, unless its files have moved on. */
export type ListedEdit = EditSummary & { canUndo: boolean };

/**
 * What a person decides about an edit that could not be finished. `before`: what it wrote goes back to what it was, and content of somebody
 * else stays; `as_it_is`: nothing is written.
 */
export const SettleInput = z.object({ sessionId: SessionId, editId: EditId, to: z.enum(["before", "as_it_is"]) });
export type SettleInput = z.infer<typeof SettleInput>;
