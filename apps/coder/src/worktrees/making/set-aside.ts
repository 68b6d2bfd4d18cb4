import { cp, lstat, mkdir, readFile, readdir, rename, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";

/** What was in a worktree's way, or belonged to one that is gone. Nothing here is removed by making one or repairing it. */
const TRASH = ".trash";
/** Where earlier versions put some of it. */
const FORMER = ".aside";

export interface SetAside {
  path: string;
  /** When it was put there. */
  at: number;
}

/** What was put away, newest first. Brings in what earlier versions put elsewhere. */
export async function listSetAside(worktreesDir: string): Promise<SetAside[]> {
  await bringInFormer(worktreesDir);
  const trash = join(worktreesDir, TRASH);
  const found: SetAside[] = [];
  for (const name of await readdir(trash).catch(() => [])) {
    const path = join(trash, name);
    // A move changes the inode's own time and not that of its content.
    const stats = await lstat(path).catch(() => null);
    if (stats) found.push({ path, at: Math.round(stats.ctimeMs) });
  }
  return found.toSorted((a, b) => b.at - a.at);
}

/**
 * Moves whatever lies at a path into the trash of the worktrees' folder; null where nothing lies there. A link is moved, not followed.
 * Faults: `path_unreadable` where it cannot be moved; then nothing has changed.
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

/** Copies a worktree's own git directory (index, HEAD, what it is in the middle of) into the trash. */
export async function copyToTrash(worktreesDir: string, gitDir: string): Promise<string> {
  const target = await findFreeName(worktreesDir, `${basename(gitDir)}.git`);
  await cp(gitDir, target, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
  return target;
}

/** The git directory that a repository keeps for the worktree at `path`, or null. */
export async function findGitDir(commonDir: string, path: string): Promise<string | null> {
  const folder = join(commonDir, "worktrees");
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const said = await readFile(join(folder, name, "gitdir"), "utf8").catch(() => "");
    if (said.trim() === join(path, ".git")) return join(folder, name);
  }
  return null;
}

/** What cannot be moved stays where it is: nothing is lost by that. */
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
