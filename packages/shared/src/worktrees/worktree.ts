import { z } from "zod";
import { EpochMs, ProjectId, SessionId, WorktreeId } from "../ids.ts";
import { HostId } from "../projects/project.ts";

export const Oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** The state last seen. `replaced`: something else is at its path. */
export const WorktreeState = z.enum(["creating", "live", "missing", "replaced", "removed"]);

/**
 * What of a worktree the person had before its session. `worktree`: the folder with all in it. `branch`: only its branch; BooCode made the
 * folder. Nothing of the person's is ever moved, removed or made again.
 */
export const WorktreeAdoption = z.enum(["worktree", "branch"]);
export type WorktreeAdoption = z.infer<typeof WorktreeAdoption>;

/** A session's git checkout: one that BooCode made and owns, or one that it adopted. */
export const Worktree = z.object({
  id: WorktreeId,
  /** Null once its session's row is gone. */
  sessionId: SessionId.nullable(),
  projectId: ProjectId,
  hostId: HostId,
  path: z.string(),
  /** Of an adopted worktree without a branch: the commit that was checked out. */
  branch: z.string(),
  /** Null: BooCode made the folder and the branch. */
  adopted: WorktreeAdoption.nullable(),
  /** Where the branch began. The guard against losing commits measures from here. */
  baseCommit: Oid,
  /** The tree pending changes are compared with. Applying changes moves it forward. */
  baseTree: Oid,
  /** Commit of the newest checkpoint, or null if there is none. */
  lastCheckpoint: Oid.nullable(),
  /** Identity of the directory when it was created, as decimal text, because inodes can exceed a double's exact range. */
  device: z.string(),
  inode: z.string(),
  state: WorktreeState,
  /** HEAD when last seen: a branch's short name, or a commit if detached; null before the first check. */
  head: z.string().nullable(),
  /** When the repository's setup ended, with whatever result; null if it has not. */
  setUpAt: EpochMs.nullable(),
  createdAt: EpochMs,
});
export type Worktree = z.infer<typeof Worktree>;
