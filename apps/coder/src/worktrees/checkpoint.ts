import { rm } from "node:fs/promises";
import { join } from "node:path";
import { joinNul } from "../platform/git-output.ts";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitVariables } from "../platform/git-environment.ts";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { collectWork, noteSeenIndex, type CheckpointLimits, type Work } from "./collect-work.ts";
import { hasRawIndex, seedRawIndex, type RawWorktree } from "./raw-index.ts";

export interface Checkpoint {
  commit: string;
  tree: string;
  /** What the checkpoint does not hold, at most a hundred names: files over 50 MB, beyond 5,000 untracked ones, unreadable ones. */
  leftOut: string[];
}

export interface CommitWords {
  authorName: string;
  authorEmail: string;
  /** Milliseconds since the epoch. */
  at: number;
  message: string;
}

const CHECKPOINT_LIMITS: CheckpointLimits = { maxUntrackedBytes: 50 * 1024 * 1024, maxUntrackedFiles: 5_000 };
/** Committer of every checkpoint: what tells one from the commits it stands on. */
export const CHECKPOINT_COMMITTER = { name: "BooCode", email: "checkpoint@boocode.invalid" } as const;

const WRITE_LIMIT_MS = 300_000;
/** An agent's background process may change a file between the look and the hashing. */
const ATTEMPTS = 3;
const NO_OBJECT = "0".repeat(40);

/**
 * Hashes the whole worktree as it lies on disk, byte for byte, into the project's objects. The person's index and HEAD stay as they are.
 * Our own index is no more than a short cut: where it is broken or locked by a git that was killed, it is made anew.
 */
export async function writeRawTree(
  worktree: RawWorktree,
  limits: CheckpointLimits = CHECKPOINT_LIMITS,
): Promise<{ tree: string; leftOut: string[] }> {
  const { gitDir } = worktree.overlay;
  for (let attempt = 1; ; attempt++) {
    try {
      return await clearingOwnLocks([gitDir], () => writeTreeOnce(worktree, limits));
    } catch (error) {
      const isWorthAnother = error instanceof DomainError && error.fault.kind === "git_failed";
      if (!isWorthAnother || attempt === ATTEMPTS) throw error;
      if (attempt === ATTEMPTS - 1) await rm(join(gitDir, "index"), { force: true });
    }
  }
}

async function writeTreeOnce(worktree: RawWorktree, limits: CheckpointLimits): Promise<{ tree: string; leftOut: string[] }> {
  if (!(await hasRawIndex(worktree.overlay))) await seedRawIndex(worktree, false);
  const { git, path, overlay, settings } = worktree;
  const own = { overlay, settings, limitMs: WRITE_LIMIT_MS };
  const work = await collectWork(worktree, limits);
  const info = toIndexInfo(work);
  if (info.length > 0)
    await git.write(path, ["update-index", "--add", "--replace", "-z", "--index-info"], { ...own, stdin: joinNul(info) });
  if (work.write.length > 0) {
    // Where a link took a folder's place, git does not always tell that the files below are gone.
    await git.write(path, ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"], { ...own, stdin: joinNul(work.write) });
  }
  // A partial clone lacks objects of files nobody touched: they are not asked for.
  const { text: tree } = await git.write(path, ["write-tree", "--missing-ok"], own);
  await noteSeenIndex(overlay.gitDir, work);
  return { tree, leftOut: work.leftOut };
}

/** The newest commit of a ref with its tree; null where the ref is not there. */
export async function readRefTip({ git, path }: Pick<RawWorktree, "git" | "path">, ref: string): Promise<RefTip | null> {
  const { text } = await git.read(path, ["for-each-ref", "--format=%(objectname) %(tree)", ref]);
  const [commit, tree] = text.split(" ");
  return commit && tree ? { commit, tree } : null;
}

export interface RefTip {
  commit: string;
  tree: string;
}

/**
 * Puts a tree on top of a ref as a commit, by compare-and-swap, and answers the newest commit: the one that is there where it holds the
 * same tree already. A ref that is not there begins with `first`. `known`: what was read of the ref before, to save the look.
 */
export async function commitCheckpoint(
  worktree: RawWorktree,
  input: { ref: string; tree: string; first: string; words: CommitWords; known?: RefTip | null },
): Promise<string> {
  const { git, path, overlay, settings } = worktree;
  const { ref, tree, first, words } = input;
  const known = input.known === undefined ? await readRefTip(worktree, ref) : input.known;
  const tip = known?.commit;
  const tipTree = known?.tree;
  if (tip !== undefined && tipTree === tree) return tip;
  const parent = tip ?? first;
  const parentTree = tipTree ?? (await git.read(path, ["rev-parse", "--verify", "--end-of-options", `${first}^{tree}`])).text;
  const commit =
    parentTree === tree
      ? parent
      : (
          await git.write(path, ["commit-tree", tree, "-p", parent, "-F", "-"], {
            overlay,
            settings,
            stdin: words.message,
            variables: toVariables(words),
          })
        ).text;
  const { commonDir } = await git.dirs(path);
  const old = tip ?? NO_OBJECT.padEnd(commit.length, "0");
  await clearingOwnLocks([join(commonDir, ref)], () => git.write(path, ["update-ref", ref, commit, old]));
  return commit;
}

function toIndexInfo({ remove, nested }: Work): string[] {
  return [...remove.map((path) => `0 ${NO_OBJECT}\t${path}`), ...nested.map(({ path, head }) => `160000 ${head} 0\t${path}`)];
}

function toVariables({ authorName, authorEmail, at }: CommitWords): GitVariables {
  const date = `@${Math.floor(at / 1_000)} +0000`;
  return {
    GIT_AUTHOR_NAME: authorName,
    GIT_AUTHOR_EMAIL: authorEmail,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: CHECKPOINT_COMMITTER.name,
    GIT_COMMITTER_EMAIL: CHECKPOINT_COMMITTER.email,
    GIT_COMMITTER_DATE: date,
  };
}
