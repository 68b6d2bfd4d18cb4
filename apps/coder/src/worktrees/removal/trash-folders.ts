import { chmod, lstat, mkdir, open, readdir, readFile, readlink, rename, rm, rmdir, symlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TrashId } from "@boocode/shared/ids";

/** Where one deletion keeps what it moved. */
export interface TrashFolders {
  /** The folder of this deletion, which nothing else uses. */
  shelf: string;
  /** The worktree's folder, moved. */
  worktree: string;
  /** The copy of git's directory about the worktree: index, HEAD, operations in progress, logs, lock. */
  gitCopy: string;
}

/** The trash is beside the worktree, and so on the same file system: a move is a rename, and copies no byte. */
export function toTrashFolders(path: string, trashId: TrashId): TrashFolders {
  const shelf = join(dirname(path), ".trash", trashId);
  return { shelf, worktree: join(shelf, "worktree"), gitCopy: join(shelf, "git") };
}

/** Returns what a folder's own entry says; null if nothing is there. Throws the system's error if that cannot be told. */
export async function lookAt(path: string): Promise<{ isFolder: boolean; inode: string } | null> {
  try {
    const found = await lstat(path, { bigint: true });
    return { isFolder: found.isDirectory(), inode: String(found.ino) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

/** Whether a project's checkout still has its repository. */
export async function isRepositoryThere(projectPath: string): Promise<boolean> {
  return (await lookAt(join(projectPath, ".git"))) !== null;
}

/**
 * Renames a folder durably to a path where nothing is. Returns only when the move survives a power cut.
 *
 * Fault: `delete_refused` if the file system refuses; then nothing has moved.
 */
export async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  if ((await lookAt(to)) !== null) throw new DomainError({ kind: "delete_refused", path: from, reason: `Something is already at ${to}.` });
  try {
    await rename(from, to);
  } catch (error) {
    throw toRefusal(error, from);
  }
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
}

/** The fault for an error of the file system; any other error is returned as it is. */
export function toRefusal(error: unknown, path: string): unknown {
  if (error instanceof DomainError || typeof (error as NodeJS.ErrnoException).code !== "string") return error;
  return new DomainError({ kind: "delete_refused", path, reason: toReason(error, path) }, { cause: error });
}

function toReason(error: unknown, path: string): string {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return "There is no space left on the disk.";
  if (code === "EXDEV" || code === "EBUSY") return `${path} is a file system of its own, so it cannot be moved into the trash beside it.`;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return `The system does not allow ${path} to be moved.`;
  return `It could not be moved: ${code}.`;
}

/** Copies a folder so that the copy is either whole and durable at `to`, or not there. Links are copied as links; times and modes stay. */
export async function copyFolderWhole(from: string, to: string, temporary: string = `${to}.part`): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rm(temporary, { recursive: true, force: true });
  await copyFolder(from, temporary);
  await rename(temporary, to);
  await syncFolder(dirname(to));
}

async function copyFolder(from: string, to: string): Promise<void> {
  const found = await lstat(from);
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) await copyFile(source, target);
  }
  await chmod(to, found.mode & 0o777);
  await utimes(to, found.atime, found.mtime);
  await syncFolder(to);
}

/** Copies a file with its mode and times, durably. */
export async function copyFile(from: string, to: string): Promise<void> {
  const found = await lstat(from);
  const file = await open(to, "w", found.mode & 0o777);
  try {
    await file.writeFile(await readFile(from));
    await file.utimes(found.atime, found.mtime);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes the copy of git's directory, so that a crash leaves a whole copy or none. */
export async function dropCopy({ shelf, gitCopy }: TrashFolders): Promise<void> {
  const leaving = `${gitCopy}.gone`;
  await rm(leaving, { recursive: true, force: true });
  if ((await lookAt(gitCopy)) !== null) await rename(gitCopy, leaving);
  await rm(leaving, { recursive: true, force: true });
  await rm(`${gitCopy}.part`, { recursive: true, force: true });
  await rmdir(shelf).catch(ignoreKept);
}

/** A shelf that holds something, or is gone already. */
function ignoreKept(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT" && error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
}

/** Makes renames in a folder durable, where the file system can. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EINVAL" && error.code !== "ENOTSUP") throw error;
    });
  } finally {
    await folder.close();
  }
}
