import { cp, lstat, mkdir, readFile, readdir, rename, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";

/**
 * The folder for whatever was in a worktree's place, or belonged to one that is gone. Creating or repairing a worktree never deletes
 * anything here.
 */
const TRASH = ".trash";
/** The folder that earlier versions used for some of it. */
const FORMER = ".aside";

export interface SetAside {
  path: string;
  /** When it was moved there. */
  at: number;
}

/** Lists what was set aside, newest first. Also moves in what earlier versions put elsewhere. */
export async function listSetAside(worktreesDir: string): Promise<SetAside[]> {
  await bringInFormer(worktreesDir);
  const trash = join(worktreesDir, TRASH);
  const found: SetAside[] = [];
  for (const name of await readdir(trash).catch(() => [])) {
    // Deletions have rows of their own.
    if (name.startsWith("trash_")) continue;
    const path = join(trash, name);
    // A move changes the inode's change time but not the content's modification time.
    const stats = await lstat(path).catch(() => null);
    if (stats) found.push({ path, at: Math.round(stats.ctimeMs) });
  }
  return found.toSorted((a, b) => b.at - a.at);
}

/**
 * Moves whatever is at a path into the trash of the worktrees' folder; returns null if nothing is there. A link is moved, not followed.
 *
 * Faults: `path_unreadable` if it cannot be moved; then nothing has changed.
 */
export async function moveToTrash(worktreesDir: string, path: string): Promise<string | null> {
  const isThere = await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  if (!isThere) return null;
  const target = await findFreeName(worktreesDir, basename(path));
  try {
    await rename(path, target);
  } catch (error) {
    throw new DomainError(
      { kind: "path_unreadable", path, reason: (error as NodeJS.ErrnoException).code ?? String(error) },
      { cause: error },
    );
  }
  return target;
}

/** Copies a worktree's own git directory (index, HEAD, operations in progress) into the trash. */
export async function copyToTrash(worktreesDir: string, gitDir: string): Promise<string> {
  const target = await findFreeName(worktreesDir, `${basename(gitDir)}.git`);
  await cp(gitDir, target, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
  return target;
}

/** Finds the git directory that a repository keeps for the worktree at `path`; null if there is none. */
export async function findGitDir(commonDir: string, path: string): Promise<string | null> {
  const folder = join(commonDir, "worktrees");
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const said = await readFile(join(folder, name, "gitdir"), "utf8").catch(() => "");
    if (said.trim() === join(path, ".git")) return join(folder, name);
  }
  return null;
}

/** Moves in what earlier versions set aside. Whatever cannot be moved stays in place: nothing is lost. */
async function bringInFormer(worktreesDir: string): Promise<void> {
  const former = join(worktreesDir, FORMER);
  const names = await readdir(former).catch(() => null);
  if (names === null) return;
  for (const name of names) await moveToTrash(worktreesDir, join(former, name)).catch(() => {});
  await rmdir(former).catch(() => {});
}

async function findFreeName(worktreesDir: string, name: string): Promise<string> {
  const trash = join(worktreesDir, TRASH);
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const taken = new Set(await readdir(trash));
  let place = 1;
  while (taken.has(`${name}-${place}`)) place += 1;
  return join(trash, `${name}-${place}`);
}
