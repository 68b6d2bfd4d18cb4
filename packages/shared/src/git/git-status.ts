import { z } from "zod";
import { EpochMs, SessionId, TerminalId } from "../ids.ts";
import { RiskOperation } from "../worktrees/risk-report.ts";
import { Oid } from "../worktrees/worktree.ts";

/** How many changed paths a status names; its counts are whole. */
export const MAX_GIT_FILES = 2_000;
/** How many paths one commit may name; more are committed with "all". */
export const MAX_COMMIT_PATHS = 2_000;
export const MAX_COMMIT_MESSAGE = 20_000;
/** How many commits, and paths that are in the way, a preview of an update names. */
export const MAX_PREVIEWED = 50;

const count = z.number().int().nonnegative();
const name = z.string().max(1_000);

/** What happened to a path, seen from the index or from the disk. */
export const GitChange = z.enum(["added", "modified", "deleted", "typechange"]);
export type GitChange = z.infer<typeof GitChange>;

/** A path that differs from HEAD. */
export const GitFile = z.object({
  path: z.string().max(4_096),
  /** HEAD to index; null: they agree. */
  staged: GitChange.nullable(),
  /** Index to disk; null: they agree. */
  unstaged: GitChange.nullable(),
  isUntracked: z.boolean(),
  /** Both sides of a merge or the like changed it, and nobody has said what counts. */
  isConflict: z.boolean(),
});
export type GitFile = z.infer<typeof GitFile>;

/** Whose pages a remote's repository has, which decides how its compare page is addressed. */
export const GitHostKind = z.enum(["github", "gitlab", "bitbucket", "gitea", "other"]);
export type GitHostKind = z.infer<typeof GitHostKind>;

export const GitRemote = z.object({
  name,
  /** The page of its repository, without credentials; null where there is none (a folder, an unknown transport). */
  webUrl: z.string().max(2_000).nullable(),
  kind: GitHostKind,
});
export type GitRemote = z.infer<typeof GitRemote>;

/** A branch that the session's work can be brought up to date with. */
export const GitBaseTarget = z.object({
  /** `remote`: the remote-tracking branch, which is fetched first. */
  from: z.enum(["local", "remote"]),
  /** Its short name, such as `main` or `origin/main`. */
  name,
  ref: name,
  oid: Oid,
  /** Null for a local branch. */
  remote: name.nullable(),
  /** Commits of HEAD that it lacks, and the reverse, as last fetched. */
  ahead: count,
  behind: count,
});
export type GitBaseTarget = z.infer<typeof GitBaseTarget>;

export const GitUpstream = z.object({
  /** Its short name, such as `origin/topic`. */
  name,
  remote: name,
  /** The branch's full name at the remote. */
  remoteRef: name,
  /** Git knows of it, and the remote had no such branch when it was last fetched. */
  isGone: z.boolean(),
  ahead: count,
  behind: count,
});
export type GitUpstream = z.infer<typeof GitUpstream>;

export const GitAction = z.enum(["commit", "push", "pull_request", "update", "continue", "abort"]);
export type GitAction = z.infer<typeof GitAction>;

/** Why a git that has ended did not do what it was asked to. */
export const GitRunProblem = z.enum(["failed", "conflicts", "not_fast_forward"]);
export type GitRunProblem = z.infer<typeof GitRunProblem>;

/** A git that runs, or the last one that ran, in a terminal of the session. Not kept over a restart. */
export const GitRun = z.object({
  action: GitAction,
  terminalId: TerminalId,
  startedAt: EpochMs,
  /** Null while it runs. `problem`: null if it did what it was asked to. */
  end: z.object({ at: EpochMs, problem: GitRunProblem.nullable() }).nullable(),
});
export type GitRun = z.infer<typeof GitRun>;

export const GitIdentity = z.object({ name: z.string().max(500).nullable(), email: z.string().max(500).nullable() });
export type GitIdentity = z.infer<typeof GitIdentity>;

/** What git says about a session's worktree. */
export const GitStatus = z.object({
  sessionId: SessionId,
  /** The commit that is checked out; null before the first one. */
  head: Oid.nullable(),
  /** Null: HEAD is on no branch. */
  branch: name.nullable(),
  upstream: GitUpstream.nullable(),
  /** Where the work began and goes back to: what the session or its project recorded, never guessed from the worktree. Local first. */
  base: z.object({ name, targets: z.array(GitBaseTarget).max(2) }).nullable(),
  /** At most {@link MAX_GIT_FILES}, ordered by path. */
  files: z.array(GitFile),
  counts: z.object({ changed: count, staged: count, untracked: count, conflicts: count }),
  operation: RiskOperation.nullable(),
  /** Null where git's settings do not say. */
  identity: GitIdentity,
  remotes: z.array(GitRemote).max(50),
  /** The remote that a first push goes to; null: there is none, or several and none is chosen. */
  pushRemote: name.nullable(),
  /** The page that proposes the branch for its base; null where the remote's host is not known. */
  compareUrl: z.string().max(4_000).nullable(),
  /** Whether `gh` is there and the remote is GitHub's. */
  hasGh: z.boolean(),
  /** Whether hooks run: not in a project that is not trusted. */
  isTrusted: z.boolean(),
  /** A turn runs, so nothing can be committed or updated. */
  isBusy: z.boolean(),
  run: GitRun.nullable(),
  /** Names exactly this state of HEAD, index and files: what is committed is what was shown. */
  digest: z.string(),
});
export type GitStatus = z.infer<typeof GitStatus>;
