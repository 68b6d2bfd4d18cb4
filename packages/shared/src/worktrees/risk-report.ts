import { z } from "zod";
import { EpochMs, WorktreeId } from "../ids.ts";

/** The number of files, commits, processes and repositories that a report names; the counts are whole. */
export const MAX_NAMED = 50;

const count = z.number().int().nonnegative();
const names = z.array(z.string().max(4_096)).max(MAX_NAMED);

/** What git is in the middle of. */
export const RiskOperation = z.enum(["merge", "rebase", "am", "cherry_pick", "revert", "bisect"]);
export type RiskOperation = z.infer<typeof RiskOperation>;

export const RiskCommit = z.object({
  oid: z.string().max(64),
  /** The first line of its message, cut to fit. */
  subject: z.string().max(300),
  /** When it was committed. */
  at: EpochMs,
});
export type RiskCommit = z.infer<typeof RiskCommit>;

export const RiskProcess = z.object({ pid: count, name: z.string().max(300) });
export type RiskProcess = z.infer<typeof RiskProcess>;

/** `unknown`: something could not be read, which is never safe. */
export const RiskVerdict = z.enum(["safe", "at_risk", "unknown"]);
export type RiskVerdict = z.infer<typeof RiskVerdict>;

/** What would be lost if a worktree, or a session without one, went away. */
export const RiskReport = z.object({
  /** Null: a session without a worktree. */
  worktreeId: WorktreeId.nullable(),
  path: z.string().nullable(),
  branch: z.string().nullable(),
  /** The branch with which commits were compared: its short name, such as `main` or `origin/main`. */
  defaultBranch: z.string().nullable(),
  /** Whether tracked files differ in the worktree or in the index. */
  dirty: z.boolean(),
  dirtyFiles: names,
  dirtyCount: count,
  /** The number of files that git does not know and no rule ignores. */
  untracked: count,
  untrackedFiles: names,
  /** The number of ignored files that cannot be made again: `.env*`, keys. */
  precious: count,
  preciousFiles: names,
  /** The number of commits that the branch's upstream lacks; -1: it has no upstream. */
  unpushed: z.number().int().min(-1),
  /** The number of commits whose content the default branch lacks. */
  unmerged: count,
  /** The commits at risk, newest first. */
  commits: z.array(RiskCommit).max(MAX_NAMED),
  /** HEAD is on no branch, and has commits that no branch, remote or tag has. */
  detached: z.boolean(),
  operation: RiskOperation.nullable(),
  /** Nested repositories, and submodules with work of their own. */
  nestedRepositories: names,
  /** The number of git's own stashes that were made on this branch. */
  stashes: count,
  /** The number of tasks that run or wait. */
  runningTasks: count,
  /** The number of staged edits. */
  stagedChanges: count,
  liveProcesses: z.array(RiskProcess).max(MAX_NAMED),
  verdict: RiskVerdict,
  /** What could not be read, each a sentence. */
  unknown: z.array(z.string().max(1_000)).max(MAX_NAMED),
});
export type RiskReport = z.infer<typeof RiskReport>;
