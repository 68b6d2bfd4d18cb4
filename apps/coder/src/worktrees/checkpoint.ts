import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { joinNul } from "../platform/git-output.ts";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitVariables } from "../platform/git-environment.ts";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { collectWork, fingerprintIndex, noteSeenIndex, type CheckpointLimits, type Work } from "./collect-work.ts";
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

const CHECKPOINT_LIMITS: CheckpointLimits = { maxUntrackedBytes: 50 * 1024 * 1024, maxUntrackedFiles: 5_000, filesAtOnce: 2_000 };
/** Committer of every checkpoint: what tells one from the commits it stands on. */
export const CHECKPOINT_COMMITTER = { name: "BooCode", email: "checkpoint@boocode.invalid" } as const;

const WRITE_LIMIT_MS = 300_000;
/** An agent's background process may change a file between the look and the hashing. */
const ATTEMPTS = 3;
const NO_OBJECT = "0".repeat(40);
const NO_COMMIT = "ref: refs/heads/none";

/**
 * Hashes the whole worktree as it lies on disk, byte for byte, into the project's objects. The person's index and HEAD stay as they are.
 * Our own index is no more than a short cut: where it is broken or locked by a git that was killed, it is made anew.
 */
export async function writeRawTree(
  worktree: RawWorktree,
  limits: Partial<CheckpointLimits> = {},
): Promise<{ tree: string; leftOut: string[] }> {
  const { gitDir } = worktree.overlay;
  for (let attempt = 1; ; attempt++) {
    try {
      return await clearingOwnLocks([gitDir], () => writeTreeOnce(worktree, { ...CHECKPOINT_LIMITS, ...limits }));
    } catch (error) {
      const isWorthAnother = error instanceof DomainError && error.fault.kind === "git_failed";
      if (!isWorthAnother || attempt === ATTEMPTS) throw error;
      if (attempt === ATTEMPTS - 1) await forget(gitDir);
    }
  }
}

async function writeTreeOnce(worktree: RawWorktree, limits: CheckpointLimits): Promise<{ tree: string; leftOut: string[] }> {
  if (!(await hasRawIndex(worktree.overlay))) await seedRawIndex(worktree, false);
  const { git, path, overlay, settings } = worktree;
  const own = { overlay, settings, limitMs: WRITE_LIMIT_MS };
  const known = await readKnownTree(overlay.gitDir);
  const work = await collectWork(worktree, limits);
  const info = toIndexInfo(work);
  if (info.length > 0)
    await git.write(path, ["update-index", "--add", "--replace", "-z", "--index-info"], { ...own, stdin: joinNul(info) });
  if (work.write.length > 0) {
    // Where a link took a folder's place, git does not always tell that the files below are gone.
    await git.write(path, ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"], { ...own, stdin: joinNul(work.write) });
  }
  const isKnown = known !== null && info.length === 0 && work.write.length === 0;
  // A partial clone lacks objects of files nobody touched: they are not asked for.
  const tree = isKnown ? known : (await git.write(path, ["write-tree", "--missing-ok"], own)).text;
  // The look itself may have written down when files were changed, which is another index of the same tree.
  await noteKnownTree(overlay.gitDir, tree);
  await noteSeenIndex(overlay.gitDir, work);
  return { tree, leftOut: work.leftOut };
}

/**
 * The newest commit of a ref with its tree; null where the ref is not there. `seen`: what it was, which is believed where the ref's own
 * file says the same commit.
 */
export async function readRefTip({ git, path }: Pick<RawWorktree, "git" | "path">, ref: string, seen?: RefTip): Promise<RefTip | null> {
  if (seen) {
    const said = await readFile(join((await git.dirs(path)).commonDir, ref), "latin1").catch(() => "");
    if (said === `${seen.commit}\n`) return seen;
  }
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
 * `known`, what was read of the ref before, save a look.
 */
export async function commitCheckpoint(
  worktree: RawWorktree,
  input: { ref: string; tree: string; first: string; words: CommitWords; firstTree?: string; known?: RefTip | null },
): Promise<string> {
  const { git, path, overlay, settings } = worktree;
  const { ref, tree, first, words } = input;
  const known = input.known === undefined ? await readRefTip(worktree, ref) : input.known;
  const tip = known?.commit;
  const tipTree = known?.tree;
  if (tip !== undefined && tipTree === tree) {
    await pointHead(overlay.gitDir, tip);
    return tip;
  }
  const parent = tip ?? first;
  const parentTree =
    tipTree ?? input.firstTree ?? (await git.read(path, ["rev-parse", "--verify", "--end-of-options", `${first}^{tree}`])).text;
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
  await pointHead(overlay.gitDir, commit);
  return commit;
}

const knownFile = (overlayDir: string) => join(overlayDir, "known-tree");

/** The tree of our index, where the index is still the file that it was when git said so. */
async function readKnownTree(overlayDir: string): Promise<string | null> {
  const [tree, ...index] = (await readFile(knownFile(overlayDir), "utf8").catch(() => "")).split(" ");
  return tree && index.join(" ") === (await fingerprintIndex(overlayDir)) ? tree : null;
}

async function noteKnownTree(overlayDir: string, tree: string): Promise<void> {
  const note = `${tree} ${await fingerprintIndex(overlayDir)}`;
  if ((await readFile(knownFile(overlayDir), "utf8").catch(() => "")) !== note) await writeFile(knownFile(overlayDir), note);
}

/** Lets our own git directory stand on a commit: so a look at the worktree tells only what is new since. */
async function pointHead(overlayDir: string, commit: string): Promise<void> {
  const head = join(overlayDir, "HEAD");
  if ((await readFile(head, "utf8").catch(() => "")) === `${commit}\n`) return;
  await writeFile(`${head}.new`, `${commit}\n`);
  await rename(`${head}.new`, head);
}

/** What may be broken is made anew: it is no more than a short cut. */
async function forget(overlayDir: string): Promise<void> {
  await pointHead(overlayDir, NO_COMMIT);
  await rm(join(overlayDir, "index"), { force: true });
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
