import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitSetting } from "../../platform/git/git-environment.ts";
import type { GitOutput } from "../../platform/git/git.ts";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { CHECKPOINT_LIMITS, writeRawTree } from "./checkpoint.ts";
import { toCommitVariables, type CommitWords, type RefTip } from "./commit-checkpoint.ts";
import { findReturned } from "./gone-files.ts";
import { hasSeenIndex, type CheckpointLimits } from "./collect-work.ts";
import { noteKnownTree, readKnownTree, readOwnHead } from "./known-tree.ts";
import { countEntries } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";
import { listUntracked, type Untracked } from "./scan-worktree.ts";

/** A commit of all changes to known files, on top of the newest checkpoint; no ref points at it yet. */
export interface CommittedAtOnce extends RefTip {
  /** Untracked paths in the worktree. */
  besides: Untracked;
}

const LIMIT_MS = 300_000;
const COMMIT = [
  "commit",
  "--quiet",
  "--all",
  "--allow-empty",
  "--no-verify",
  "--no-status",
  "--no-gpg-sign",
  "--cleanup=verbatim",
  "--file=-",
];
const SETTINGS: readonly GitSetting[] = [
  ["core.logAllRefUpdates", "false"],
  // Otherwise git would start another git in each nested repository, with that repository's settings.
  ["diff.ignoreSubmodules", "dirty"],
  // The parallel git may be opening the index's base at this moment.
  ["splitIndex.sharedIndexExpire", "1.hour.ago"],
];

/**
 * Checks every file of a large worktree, hashes the changes and commits them with a single git, while another looks for new files: faster
 * than one git per step.
 *
 * Returns null if our index is not known to match `tip` exactly, or if this git fails, for example because of an unreadable file: then the
 * regular path checks again. Everything this leaves in our index is in the tree that the regular path writes.
 */
export async function commitAtOnce(
  worktree: RawWorktree,
  tip: RefTip,
  words: CommitWords,
  filesAtOnce: number,
): Promise<CommittedAtOnce | null> {
  const { git, path, overlay, settings } = worktree;
  const { gitDir } = overlay;
  const [entries, known, head, isSeen, returned, modules] = await Promise.all([
    countEntries(gitDir),
    readKnownTree(gitDir),
    readOwnHead(gitDir),
    hasSeenIndex(worktree),
    findReturned(path, gitDir),
    lstat(join(path, ".gitmodules")).catch(() => null),
  ]);
  if (entries <= filesAtOnce || known !== tip.tree || head !== tip.commit || !isSeen || returned.length > 0) return null;
  // A commit would accept such a link in place of a file, and nobody could check that tree out.
  if (modules?.isSymbolicLink()) return null;

  const own = { overlay, settings: [...settings, ...SETTINGS], limitMs: LIMIT_MS, variables: toCommitVariables(words) };
  const commitAll = (): Promise<GitOutput | null> =>
    clearingOwnLocks([gitDir], () => git.write(path, COMMIT, { ...own, stdin: words.message }));
  const [done, besides] = await Promise.all([commitAll().catch(nullWhereRefused), listUntracked(worktree, "--killed")]);
  if (done === null) return null;
  const commit = await readOwnHead(gitDir);
  const tree = await readTreeOf(worktree, commit);
  await noteKnownTree(gitDir, tree);
  return { commit, tree, besides };
}

/**
 * Checkpoints a large worktree's files as {@link commitAtOnce} does, including new files. `made` is the commit if there were no new files.
 * Returns null if the regular path is needed.
 */
export async function holdAtOnce(
  worktree: RawWorktree,
  tip: RefTip,
  words: CommitWords,
  limits: Partial<CheckpointLimits> = {},
): Promise<{ tree: string; leftOut: string[]; made?: string } | null> {
  const committed = await commitAtOnce(worktree, tip, words, limits.filesAtOnce ?? CHECKPOINT_LIMITS.filesAtOnce);
  if (committed === null) return null;
  const { commit, tree, besides } = committed;
  const isNothingBesides = besides.untracked.length === 0 && besides.unopened.length === 0;
  return isNothingBesides ? { tree, leftOut: [], made: commit } : writeRawTree(worktree, limits, { changed: [], ...besides });
}

/**
 * Reads the tree of a commit. Git has just written the commit, and its first line names the tree: another git is started only if the commit
 * is stored elsewhere.
 */
async function readTreeOf({ git, path, overlay }: RawWorktree, commit: string): Promise<string> {
  const loose = await readFile(join(overlay.objectsDir, commit.slice(0, 2), commit.slice(2))).catch(() => null);
  const [, tree] = /^commit \d+\0tree ([0-9a-f]+)\n/.exec(loose ? inflateSync(loose).toString("latin1") : "") ?? [];
  return tree ?? (await git.read(path, ["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`], { overlay })).text;
}

function nullWhereRefused(error: unknown): null {
  if (error instanceof DomainError && error.fault.kind === "git_failed") return null;
  throw error;
}
