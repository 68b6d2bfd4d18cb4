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

/** Committer of every checkpoint: what tells one from the commits it stands on. */
export const CHECKPOINT_COMMITTER = { name: "BooCode", email: "checkpoint@boocode.invalid" } as const;

const NO_OBJECT = "0".repeat(40);

/**
 * The newest commit of a ref with its tree; null where the ref is not there. `seen`: what it was, which is believed where the ref's own
 * file says the same commit.
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
 * Puts a tree on top of a ref as a commit, by compare-and-swap, and answers the newest commit: the one that is there where it holds the
 * same tree already. A ref that is not there begins with `first`, whose tree is `firstTree`. Both that and
 * `known`, what was read of the ref before, save a look. `made`: the commit of this tree on top of `known`, where there is one already.
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
  const { git, path, overlay, settings } = worktree;
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
  const commit =
    parentTree === tree
      ? parent
      : (input.made ??
        (
          await git.write(path, ["commit-tree", tree, "-p", parent, "-F", "-"], {
            overlay,
            settings,
            stdin: words.message,
            variables: toCommitVariables(words),
          })
        ).text);
  const commonDir = dirname(overlay.objectsDir);
  if (tip === undefined || !(await moveLooseRef(commonDir, ref, { from: tip, to: commit }))) {
    const old = tip ?? NO_OBJECT.padEnd(commit.length, "0");
    await clearingOwnLocks([join(commonDir, ref)], () => git.write(path, ["update-ref", ref, commit, old]));
  }
  await pointOwnHead(overlay.gitDir, commit);
  return commit;
}

/** `author` null is the person. */
export function toCommitWords(
  person: RawWorktree["person"],
  { author, message, at }: { author: AgentId | null; message: string; at: number },
): CommitWords {
  const { name, email } = author === null ? person : { name: author as string, email: `${author}@boocode.invalid` };
  return { authorName: name, authorEmail: email, at, message };
}

/** Who wrote a checkpoint and when, as git wants to be told. */
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
