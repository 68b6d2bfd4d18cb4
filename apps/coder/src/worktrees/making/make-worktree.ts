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
  /** Absolute, without symbolic links on the way. */
  path: string;
  branch: string;
  baseCommit: string;
  /** Kept by git with the lock, so that another program's clean-up refuses. */
  lockReason: string;
  /** Where its own git directory for checkpoints lies. */
  overlayDir: string;
  /** Files written at the same time. */
  checkoutWorkers: number;
  /** Nothing of it was made before: where that is so, nobody need look for what a crash left. */
  isNew: boolean;
}

/** A large repository on a slow disk. */
export const CHECKOUT_LIMIT_MS = 600_000;

/**
 * Makes a worktree on a branch of its own and fills it. Run again after a crash at any point it ends in the same state: nobody has
 * worked in a worktree that was never made whole, so its files may be written over. What else lies in its place is moved aside, not removed.
 * Faults: `ref_moved`, where the branch is not at the base (any more); `worktree_elsewhere`.
 */
export async function makeWorktree(git: Git, input: NewWorktree): Promise<void> {
  const { projectPath, path, branch, baseCommit, checkoutWorkers } = input;
  await makeBranch(git, projectPath, branch, baseCommit);
  if (!(input.isNew && (await register(git, input).catch(falseWhereRefused)))) await registerAgain(git, input);
  await requireOwnCheckout(git, projectPath, path);
  const { gitDir } = await git.dirs(path);
  const { text: head } = await git.read(path, ["rev-parse", "--verify", "HEAD"]);
  // Someone moved the branch since it was made: what a session begins at is the commit that was written down, not a name.
  if (head !== baseCommit) throw new DomainError({ kind: "ref_moved", ref: `refs/heads/${branch}`, found: head });
  await clearingOwnLocks([gitDir], () =>
    // Where `reset` would move the branch, this only fills the worktree.
    checkOut(git, {
      path,
      overlayDir: input.overlayDir,
      argv: ["read-tree", "--reset", "-u", "--no-recurse-submodules", baseCommit],
      options: { settings: [["checkout.workers", String(checkoutWorkers)]], limitMs: CHECKOUT_LIMIT_MS },
    }),
  );
}

/** Makes the folder and tells git of it; nothing is in it yet. */
async function register(git: Git, { projectPath, path, branch, lockReason }: NewWorktree): Promise<true> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await git.write(projectPath, ["worktree", "add", "--no-checkout", "--lock", "--reason", lockReason, path, branch]);
  return true;
}

/** The same where something may be left of an earlier try, or something else may lie there. */
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
    // Only if it is not there: a branch that someone else made under this name is refused by git.
    await clearingOwnLocks([join(commonDir, ref)], () =>
      git.write(projectPath, ["update-ref", "-m", "boocode: begin a session", ref, baseCommit, "0".repeat(baseCommit.length)]),
    );
  } catch (error) {
    if (!(error instanceof DomainError) || error.fault.kind !== "ref_moved") throw error;
    const found = await git.read(projectPath, ["rev-parse", "--verify", "--quiet", "--end-of-options", ref], { exitCodes: [0, 1] });
    // One that a crash left behind is as good as one made now.
    if (found.exitCode !== 0 || found.text !== baseCommit) throw error;
  }
}

/** Whether git knows a worktree at a path. A registration that outlived its folder is taken away: then there is none. */
export async function findRegistered(git: Git, projectPath: string, path: string): Promise<"usable" | "none"> {
  const { text } = await git.read(projectPath, ["worktree", "list", "--porcelain"]);
  if (!listsWorktree(text, path)) return "none";
  const opened = await git.read(path, ["rev-parse", "--show-toplevel"]).catch((error: unknown) => {
    if (error instanceof DomainError && (error.fault.kind === "path_not_found" || error.fault.kind === "git_failed")) return null;
    throw error;
  });
  if (opened?.text === path) return "usable";
  // Its registration outlived its folder. `prune` would forget the person's worktrees on an unmounted disk as well.
  await git.write(projectPath, ["worktree", "unlock", path], { exitCodes: [0, 128] });
  await git.write(projectPath, ["worktree", "remove", "--force", path]);
  return "none";
}

/**
 * Whether `git worktree list --porcelain` names a path. With `-z` it would be plain where a path with a line break ends, but git knows
 * that only since 2.36; what is found here is looked at anyway.
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
  // Git writes this file first; alone it is what a crash left of `worktree add`.
  if (names.length === 1 && names[0] === ".git") await rm(join(path, ".git"), { force: true, recursive: false });
  else if (names.length > 0) return void (await moveToTrash(dirname(path), path));
  await rmdir(path);
}
