import { lstat, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WorktreePatch } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import { forgetIndex } from "../checkpoints/checkpoint.ts";
import { readRefTip } from "../checkpoints/commit-checkpoint.ts";
import type { RawWorktree } from "../checkpoints/raw-worktree.ts";
import { moveToTrash } from "./set-aside.ts";

const LIMIT_MS = 300_000;
const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };

/**
 * Replaces a worktree's index if it is truncated, corrupt or missing, with that of HEAD, else of the last checkpoint. The broken index goes
 * to the trash; files are not touched. Returns whether this was needed.
 */
export async function mendIndex(git: Git, { path, lastCheckpoint }: Pick<Worktree, "path" | "lastCheckpoint">): Promise<boolean> {
  const index = join((await git.dirs(path)).gitDir, "index");
  const wasThere = await isThere(index);
  const isReadable = wasThere && (await git.read(path, ["ls-files", "-z", "--unmerged"], LISTING).then(() => true, falseWhereRefused));
  if (isReadable) return false;
  await moveToTrash(dirname(path), index);
  for (const tree of ["HEAD", ...(lastCheckpoint === null ? [] : [lastCheckpoint])]) {
    const { exitCode } = await git.write(path, ["read-tree", tree], { exitCodes: [0, 128], limitMs: LIMIT_MS });
    if (exitCode !== 0) continue;
    await git.read(path, ["update-index", "--refresh", "-q"], { exitCodes: [0, 1], limitMs: LIMIT_MS });
    return true;
  }
  return wasThere;
}

/**
 * Keeps the part of a worktree's base and checkpoints that is still intact in the repository and discards the rest: the next checkpoint
 * then starts a new chain on the base with the files on disk, all hashed again. Returns the changed fields, and whether anything was
 * damaged.
 *
 * Fault: `worktree_not_repairable` if neither the base nor a commit of HEAD is left.
 */
export async function mendChain(raw: RawWorktree, worktree: Worktree, ref: string): Promise<{ patch: WorktreePatch; isMended: boolean }> {
  const { git, path, overlay } = raw;
  const baseCommit = (await isWhole(git, path, `${worktree.baseCommit}^{tree}`)) ? worktree.baseCommit : await readHead(git, worktree);
  const { text: treeOfBase } = await git.read(path, ["rev-parse", "--verify", "--end-of-options", `${baseCommit}^{tree}`]);
  const baseTree = (await isWhole(git, path, worktree.baseTree)) ? worktree.baseTree : treeOfBase;
  const tip = await readRefTip(raw, ref).catch(() => null);
  const last = tip?.commit ?? worktree.lastCheckpoint;
  const isLastWhole = last !== null && baseCommit === worktree.baseCommit && (await isWhole(git, path, last, `^${baseCommit}`));
  const isRefBroken = tip === null && (await isThere(join((await git.dirs(path)).commonDir, ref)));
  if (isRefBroken || !isLastWhole) await dropRef(git, path, ref);
  // The index refers to contents that may be gone as well.
  if (!isLastWhole) await forgetIndex(overlay.gitDir);
  const now = { baseCommit, baseTree, lastCheckpoint: isLastWhole ? last : null };
  const different = Object.entries(now).filter(([key, value]) => worktree[key as keyof typeof now] !== value);
  return { patch: Object.fromEntries(different), isMended: isRefBroken || different.length > 0 };
}

async function dropRef(git: Git, path: string, ref: string): Promise<void> {
  await rm(join((await git.dirs(path)).commonDir, ref), { force: true });
  await git.write(path, ["update-ref", "-d", ref], { exitCodes: [0, 1, 128] });
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Git's messages for an object that is missing or corrupt. */
const DAMAGED = /missing|bad |unable to|unknown revision|could not|corrupt|not a /i;

/**
 * Returns whether a commit or tree exists with everything it refers to; `not` lists ids known to be intact. Objects that a partial clone
 * never received do not count as missing.
 *
 * Faults: those of git, if this cannot be determined.
 */
export async function isWhole(git: Git, path: string, id: string, ...not: string[]): Promise<boolean> {
  try {
    await git.read(path, ["rev-list", "--objects", "--quiet", "--missing=allow-promisor", id, ...not], { limitMs: LIMIT_MS });
    return true;
  } catch (error) {
    // Discard a chain only if git says what is wrong with it.
    if (
      error instanceof DomainError &&
      error.fault.kind === "git_failed" &&
      error.fault.exitCode === 128 &&
      DAMAGED.test(error.fault.stderrTail)
    )
      return false;
    throw error;
  }
}

async function readHead(git: Git, { path, sessionId }: Worktree): Promise<string> {
  const { exitCode, text } = await git.read(path, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { exitCodes: [0, 1, 128] });
  if (exitCode === 0) return text;
  const reason = "The commit it started from is gone from the repository, and its branch has none.";
  throw new DomainError({ kind: "worktree_not_repairable", sessionId: sessionId ?? "", reason });
}

function falseWhereRefused(error: unknown): false {
  if (error instanceof DomainError && error.fault.kind === "git_failed") return false;
  throw error;
}
