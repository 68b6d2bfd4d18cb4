import { z } from "zod";
import { EpochMs, ProjectId, SessionId, WorktreeId } from "../ids.ts";
import { HostId } from "../projects/project.ts";

const Oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** As last seen. `replaced`: something else lies in its place. */
export const WorktreeState = z.enum(["creating", "live", "missing", "replaced", "removed"]);

/** The git checkout that BooCode made for a session and owns. */
export const Worktree = z.object({
  id: WorktreeId,
  /** Null once its session's row is gone. */
  sessionId: SessionId.nullable(),
  projectId: ProjectId,
  hostId: HostId,
  path: z.string(),
  branch: z.string(),
  /** Where the branch began: what the guard measures from. */
  baseCommit: Oid,
  /** What pending changes are measured against; apply moves it forward. */
  baseTree: Oid,
  /** Commit of the newest checkpoint, or null before the first. */
  lastCheckpoint: Oid.nullable(),
  /** Identity of the directory as observed when it was made, decimal text: inodes outgrow a double. */
  device: z.string(),
  inode: z.string(),
  state: WorktreeState,
  /** What HEAD was when last seen: a branch's short name, or a commit where it is detached; null before the first look. */
  head: z.string().nullable(),
  /** When the repository's own setup of it had ended, however; null where it has not. */
  setUpAt: EpochMs.nullable(),
  createdAt: EpochMs,
});
export type Worktree = z.infer<typeof Worktree>;
