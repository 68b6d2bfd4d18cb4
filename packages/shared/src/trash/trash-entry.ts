import { z } from "zod";
import { EpochMs, ProjectId, SessionId, TrashId, WorktreeId } from "../ids.ts";
import { Oid, WorktreeState } from "../worktrees/worktree.ts";

/** How long a deleted folder is kept. */
export const TRASH_KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/**
 * How far a deletion is.
 *
 * - `intended`: nothing has been moved. What runs is being stopped and the work is looked at.
 * - `moving`: the folder, git's registration and the branch are on their way into the trash.
 * - `kept`: in the trash.
 * - `restoring`: on the way back.
 * - `purging`: being removed for good.
 */
export const TrashState = z.enum(["intended", "moving", "kept", "restoring", "purging"]);
export type TrashState = z.infer<typeof TrashState>;

/**
 * What there is to restore from: the folder with every byte, the commits that hold its files, or only what the database has. `released`: the
 * same, of a session whose worktree is the person's, and was left where it is.
 */
export const TrashHolds = z.enum(["folder", "refs", "records", "released"]);
export type TrashHolds = z.infer<typeof TrashHolds>;

/** What a worktree was like when its deletion began. */
export const TrashedWorktree = z.object({
  path: z.string(),
  /** What was at its path. Only a `live` folder is moved, and only one that was moved is brought back. */
  state: WorktreeState,
  /** The identity of its folder, as in {@link Worktree}. */
  inode: z.string(),
  /** The name of git's own directory about it, below `worktrees` of the repository; null if git knew none. */
  gitDirName: z.string().nullable(),
  /** The branch's commit; null if there was no such branch. */
  tip: Oid.nullable(),
  /** What HEAD named: a ref with its commit, or only a commit. */
  head: z.object({ ref: z.string().nullable(), oid: Oid.nullable() }),
  /** True if refs hold every file that git does not ignore. A folder without them is never removed automatically. */
  isPinned: z.boolean(),
});
export type TrashedWorktree = z.infer<typeof TrashedWorktree>;

/** A deletion as it is stored. */
export const TrashRecord = z.object({
  id: TrashId,
  /** `worktree`: one that belonged to no session. */
  kind: z.enum(["session", "worktree"]),
  sessionId: SessionId.nullable(),
  projectId: ProjectId,
  worktreeId: WorktreeId.nullable(),
  title: z.string(),
  /** The worktree's branch; null without a worktree. */
  branch: z.string().nullable(),
  state: TrashState,
  holds: TrashHolds,
  /** True if the person deleted it although work was at risk or could not be looked at. */
  isForced: z.boolean(),
  worktree: TrashedWorktree.nullable(),
  beganAt: EpochMs,
  /** Null until it is in the trash. */
  deletedAt: EpochMs.nullable(),
  expiresAt: EpochMs.nullable(),
});
export type TrashRecord = z.infer<typeof TrashRecord>;

/** One line of the trash. */
export const TrashEntry = TrashRecord.pick({
  id: true,
  kind: true,
  sessionId: true,
  projectId: true,
  title: true,
  branch: true,
  holds: true,
  isForced: true,
}).extend({
  /** The number of chats that come back with it. */
  chats: z.number().int().nonnegative(),
  deletedAt: EpochMs,
  /** When its folder is removed. The commits stay until it is purged. */
  expiresAt: EpochMs,
  /** Disk usage of the folder in bytes; null until measured, and if there is no folder. */
  size: z.number().int().nonnegative().nullable(),
});
export type TrashEntry = z.infer<typeof TrashEntry>;
