import { dirname, join } from "node:path";
import type { AgentId } from "@boocode/shared/ids";
import type { GitVariables } from "../../platform/git/git-environment.ts";
import { moveLooseRef, readLooseRef } from "../../platform/git/loose-ref.ts";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { pointOwnHead } from "./known-tree.ts";
import type { RawWorktree } from "./raw-worktree.ts";

export interface CommitWords {
  authorName: string;
  authorEmail: string;
  /** Milliseconds since the epoch. */
  at: number;
  message: string;
}

/** The committer of every checkpoint, which distinguishes checkpoints from the commits below them. */
export const CHECKPOINT_COMMITTER = { name: "BooCode", email: "checkpoint@boocode.invalid" } as const;

/** The message of the checkpoint with a worktree's files as git first checked them out. */
export const CHECKED_OUT = "The base as it was checked out";

const NO_OBJECT = "0".repeat(40);

/**
 * Reads the newest commit of a ref with its tree; null if the ref does not exist. `seen` is the last known value; it is trusted if the
 * ref's file still names the same commit.
 */
export async function readRefTip({ git, path }: Pick<RawWorktree, "git" | "path">, ref: string, seen?: RefTip): Promise<RefTip | null> {
  if (seen && (await readLooseRef((await git.dirs(path)).commonDir, ref)) === seen.commit) return seen;
  const { text } = await git.read(path, ["for-each-ref", "--format=%(objectname) %(tree)", ref]);
  const [commit, tree] = text.split(" ");
  return commit && tree ? { commit, tree } : null;
}

export interface RefTip {
  commit: string;
  tree: string;
}

/**
 * Commits a tree on top of a ref, by compare-and-swap, and returns the newest commit; if that already has the same tree, it is returned
 * unchanged. A missing ref starts with `first`, whose tree is `firstTree`. Passing these and `known`, the value read before, saves a
 * lookup. `made` is an existing commit of this tree on top of `known`, if there is one.
 */
export async function commitCheckpoint(
  worktree: RawWorktree,
  input: {
    ref: string;
    tree: string;
    first: string;
    words: CommitWords;
    firstTree?: string;
    known?: RefTip | null;
    made?: string | undefined;
  },
): Promise<string> {
  const { git, path, overlay } = worktree;
  const { ref, tree, first, words } = input;
  const known = input.known === undefined ? await readRefTip(worktree, ref) : input.known;
  const tip = known?.commit;
  const tipTree = known?.tree;
  if (tip !== undefined && tipTree === tree) {
    await pointOwnHead(overlay.gitDir, tip);
    return tip;
  }
  const parent = tip ?? first;
  const parentTree =
    tipTree ?? input.firstTree ?? (await git.read(path, ["rev-parse", "--verify", "--end-of-options", `${first}^{tree}`])).text;
  const commit = parentTree === tree ? parent : (input.made ?? (await makeCommit(worktree, { tree, parent, words })));
  const commonDir = dirname(overlay.objectsDir);
  if (tip === undefined || !(await moveLooseRef(commonDir, ref, { from: tip, to: commit }))) {
    const old = tip ?? NO_OBJECT.padEnd(commit.length, "0");
    await clearingOwnLocks([join(commonDir, ref)], () => git.write(path, ["update-ref", ref, commit, old]));
  }
  await pointOwnHead(overlay.gitDir, commit);
  return commit;
}

/** Who made a checkpoint's changes: an agent, the person (null), or BooCode itself, whose changes count as nobody's. */
export type CheckpointAuthor = AgentId | null | typeof CHECKPOINT_COMMITTER;

/** Commits a tree on top of a commit, without moving any ref, and returns the new commit. */
export async function makeCommit(
  { git, path, overlay, settings }: RawWorktree,
  { tree, parent, words }: { tree: string; parent: string; words: CommitWords },
): Promise<string> {
  const argv = ["commit-tree", tree, "-p", parent, "-F", "-"];
  return (await git.write(path, argv, { overlay, settings, stdin: words.message, variables: toCommitVariables(words) })).text;
}

/** Builds the author, date and message of a checkpoint. */
export function toCommitWords(
  person: RawWorktree["person"],
  { author, message, at }: { author: CheckpointAuthor; message: string; at: number },
): CommitWords {
  const { name, email } = typeof author === "string" ? { name: author, email: `${author}@boocode.invalid` } : (author ?? person);
  return { authorName: name, authorEmail: email, at, message };
}

/** Returns the git variables for a checkpoint's author and date. */
export function toCommitVariables({ authorName, authorEmail, at }: CommitWords): GitVariables {
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
