import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../../platform/git/git.ts";
import { clearingOwnLocks } from "../checkpoints/clear-own-lock.ts";
import { requireOwnCheckout } from "../checkpoints/require-own-checkout.ts";
import { checkOut } from "./check-out.ts";
import { moveToTrash } from "./set-aside.ts";

export interface NewWorktree {
  projectPath: string;
  /** The absolute path, without symbolic links. */
  path: string;
  branch: string;
  baseCommit: string;
  /** True if the branch is the person's, and so there already. */
  isOnTheirBranch: boolean;
  /** The reason that git stores with the lock, so that another program's clean-up refuses. */
  lockReason: string;
  /** The folder of its private git directory for checkpoints. */
  overlayDir: string;
  /** The number of files written in parallel. */
  checkoutWorkers: number;
  /** True if nothing of it was created before, so that remains of a crash need not be looked for. */
  isNew: boolean;
}

/** The time limit of a checkout, for a large repository on a slow disk. */
export const CHECKOUT_LIMIT_MS = 600_000;

/**
 * Creates a worktree on a branch of its own, or of the person's, and fills it. Run again after a crash at any point, it ends in the same state: nobody has
 * worked in an incomplete worktree, so its files may be overwritten. Anything else in its place is moved aside, not deleted.
 *
 * Faults: `ref_moved` if the branch is not, or no longer, at the base; `worktree_elsewhere`.
 */
export async function makeWorktree(git: Git, input: NewWorktree): Promise<void> {
  const { projectPath, path, branch, baseCommit, checkoutWorkers } = input;
  if (!input.isOnTheirBranch) await makeBranch(git, projectPath, branch, baseCommit);
  if (!(input.isNew && (await register(git, input).catch(falseWhereRefused)))) await registerAgain(git, input);
  await requireOwnCheckout(git, projectPath, path);
  const { gitDir } = await git.dirs(path);
  const { text: head } = await git.read(path, ["rev-parse", "--verify", "HEAD"]);
  // Someone has moved the branch since it was created: a session starts at the recorded commit, not at a name.
  if (head !== baseCommit) throw new DomainError({ kind: "ref_moved", ref: `refs/heads/${branch}`, found: head });
  await clearingOwnLocks([gitDir], () =>
    // Unlike `reset`, which would move the branch, this only fills the worktree.
    checkOut(git, {
      path,
      overlayDir: input.overlayDir,
      argv: ["read-tree", "--reset", "-u", "--no-recurse-submodules", baseCommit],
      options: { settings: [["checkout.workers", String(checkoutWorkers)]], limitMs: CHECKOUT_LIMIT_MS },
    }),
  );
}

/** Creates the empty folder and registers it with git. */
async function register(git: Git, { projectPath, path, branch, lockReason }: NewWorktree): Promise<true> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await git.write(projectPath, ["worktree", "add", "--no-checkout", "--lock", "--reason", lockReason, path, branch]);
  return true;
}

/** Does the same when an earlier attempt may have left something, or something else may be in its place. */
async function registerAgain(git: Git, input: NewWorktree): Promise<void> {
  if ((await findRegistered(git, input.projectPath, input.path)) === "usable") return;
  await clearPlace(input.path);
  await register(git, input);
}

function falseWhereRefused(error: unknown): false {
  if (error instanceof DomainError && error.fault.kind === "git_failed") return false;
  throw error;
}

async function makeBranch(git: Git, projectPath: string, branch: string, baseCommit: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const { commonDir } = await git.dirs(projectPath);
  try {
    // Only if it does not exist: git refuses if someone else has created a branch of this name.
    await clearingOwnLocks([join(commonDir, ref)], () =>
      git.write(projectPath, ["update-ref", "-m", "boocode: begin a session", ref, baseCommit, "0".repeat(baseCommit.length)]),
    );
  } catch (error) {
    if (!(error instanceof DomainError) || error.fault.kind !== "ref_moved") throw error;
    const found = await git.read(projectPath, ["rev-parse", "--verify", "--quiet", "--end-of-options", ref], { exitCodes: [0, 1] });
    // A branch that a crash left behind is as good as a new one.
    if (found.exitCode !== 0 || found.text !== baseCommit) throw error;
  }
}

/** Returns whether git has a usable worktree registered at a path. A registration without a folder is removed. */
export async function findRegistered(git: Git, projectPath: string, path: string): Promise<"usable" | "none"> {
  const { text } = await git.read(projectPath, ["worktree", "list", "--porcelain"]);
  if (!listsWorktree(text, path)) return "none";
  const opened = await git.read(path, ["rev-parse", "--show-toplevel"]).catch((error: unknown) => {
    if (error instanceof DomainError && (error.fault.kind === "path_not_found" || error.fault.kind === "git_failed")) return null;
    throw error;
  });
  if (opened?.text === path) return "usable";
  // The registration has no folder any more. `prune` would also forget the person's worktrees on an unmounted disk.
  await git.write(projectPath, ["worktree", "unlock", path], { exitCodes: [0, 128] });
  await git.write(projectPath, ["worktree", "remove", "--force", path]);
  return "none";
}

/**
 * Returns whether the output of `git worktree list --porcelain` contains a path. `-z` would be unambiguous for a path with a line break,
 * but git has it only since 2.36; matches are verified anyway.
 */
function listsWorktree(listed: string, path: string): boolean {
  return `\n${listed}\n`.includes(`\nworktree ${path}\n`);
}

async function clearPlace(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    if (error.code === "ENOTDIR") return ["a file"];
    throw error;
  });
  if (names === null) return;
  // Git writes this file first; if it is alone, a crash interrupted `worktree add`.
  if (names.length === 1 && names[0] === ".git") await rm(join(path, ".git"), { force: true, recursive: false });
  else if (names.length > 0) return void (await moveToTrash(dirname(path), path));
  await rmdir(path);
}
