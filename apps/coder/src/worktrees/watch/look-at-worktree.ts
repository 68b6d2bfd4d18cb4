import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { WorktreeLook } from "@boocode/shared/worktrees/decide-worktree-state";
import { readRegularFile } from "../../platform/files/pinned-folder.ts";

const MAX_BYTES = 4_096;
const BRANCH = /^ref: refs\/heads\/(.+)$/;
const OID = /^[0-9a-f]{40,64}$/;

/** Inspects a worktree's location without git, in a few reads whatever is there. Throws the system's error if access is denied. */
export async function lookAtWorktree(path: string): Promise<WorktreeLook> {
  const found = await orNull(lstat(path, { bigint: true }));
  if (!found) return { kind: "absent" };
  if (!found.isDirectory()) return { kind: "other" };
  const gitDir = await readOwnGitDir(path);
  const head = gitDir === null ? null : await readLine(join(gitDir, "HEAD"));
  const branch = head === null ? undefined : BRANCH.exec(head)?.[1];
  return { kind: "folder", inode: String(found.ino), head: branch ?? (head !== null && OID.test(head) ? head : null) };
}

/** Returns the git directory that the worktree's link file names; null if it has none. */
export async function readGitLink(path: string): Promise<string | null> {
  const target = /^gitdir: (.+)$/.exec((await readLine(join(path, ".git"))) ?? "")?.[1];
  return target === undefined ? null : resolve(path, target);
}

/**
 * Returns the worktree's git directory if its back link names this very folder, else null. A `.git` that leads to another repository, or to
 * another worktree's directory, makes the folder something else.
 */
async function readOwnGitDir(path: string): Promise<string | null> {
  const gitDir = await readGitLink(path);
  const back = gitDir === null ? null : await readLine(join(gitDir, "gitdir"));
  return gitDir !== null && back !== null && resolve(gitDir, back) === join(path, ".git") ? gitDir : null;
}

async function readLine(path: string): Promise<string | null> {
  const file = await readRegularFile(path, MAX_BYTES).catch(() => null);
  return file && file.bytes.toString("utf8").replace(/\n[\s\S]*$/, "");
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
