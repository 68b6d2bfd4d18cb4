import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitSetting } from "../../platform/git/git-environment.ts";
import type { GitOutput } from "../../platform/git/git.ts";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { CHECKPOINT_LIMITS, writeRawTree } from "./checkpoint.ts";
import { toCommitVariables, type CommitWords, type RefTip } from "./commit-checkpoint.ts";
import { hasSeenIndex, type CheckpointLimits } from "./collect-work.ts";
import { noteKnownTree, readKnownTree, readOwnHead } from "./known-tree.ts";
import { countEntries } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";
import { listUntracked, type Untracked } from "./scan-worktree.ts";

/** A commit of all that changed in files that were known, on top of the newest checkpoint; nothing points at it yet. */
export interface CommittedAtOnce extends RefTip {
  /** What lies there besides. */
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
  // Or a git of its own would look into each repository inside, by that one's settings.
  ["diff.ignoreSubmodules", "dirty"],
  // The git beside it may just be opening what the index stood on.
  ["splitIndex.sharedIndexExpire", "1.hour.ago"],
];

/**
 * Looks at every file of a large worktree, hashes what changed and commits it with one git, beside one that looks for new files: less
 * than a git for each step takes.
 *
 * Null where our index is not known to be just what `tip` holds, or where this git does not manage, because of a file that cannot be
 * read for one: then the ordinary way looks anew. Whatever this leaves in our index is in the tree that the ordinary way writes.
 */
export async function commitAtOnce(
  worktree: RawWorktree,
  tip: RefTip,
  words: CommitWords,
  filesAtOnce: number,
): Promise<CommittedAtOnce | null> {
  const { git, path, overlay, settings } = worktree;
  const { gitDir } = overlay;
  const [entries, known, head, isSeen, modules] = await Promise.all([
    countEntries(gitDir),
    readKnownTree(gitDir),
    readOwnHead(gitDir),
    hasSeenIndex(worktree),
    lstat(join(path, ".gitmodules")).catch(() => null),
  ]);
  if (entries <= filesAtOnce || known !== tip.tree || head !== tip.commit || !isSeen) return null;
  // A commit takes such a link where a file was, and nobody can check that tree out.
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
 * Holds a large worktree's files as {@link commitAtOnce} does, new files besides. `made` is the commit where there were none; null where
 * it has to be done the ordinary way.
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

/** A commit's first line names its tree, and git has just written it: another git is asked only where it lies elsewhere. */
async function readTreeOf({ git, path, overlay }: RawWorktree, commit: string): Promise<string> {
  const loose = await readFile(join(overlay.objectsDir, commit.slice(0, 2), commit.slice(2))).catch(() => null);
  const [, tree] = /^commit \d+\0tree ([0-9a-f]+)\n/.exec(loose ? inflateSync(loose).toString("latin1") : "") ?? [];
  return tree ?? (await git.read(path, ["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`], { overlay })).text;
}

function nullWhereRefused(error: unknown): null {
  if (error instanceof DomainError && error.fault.kind === "git_failed") return null;
  throw error;
}
