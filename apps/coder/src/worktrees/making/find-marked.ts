import { readdir, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { readRegularFile } from "../../platform/files/pinned-folder.ts";

/** A worktree as its own files and its repository's describe it; neither git nor the database is asked. */
export interface MarkedWorktree {
  /** The folder. */
  path: string;
  /** Git's own directory of the worktree, in its repository. */
  gitDir: string;
  /** The repository's git directory. */
  commonDir: string;
  /** The branch that HEAD names, without `refs/heads/`; a commit if it names none; null if it cannot be read. */
  head: string | null;
  /** The session it was made for, by the reason of its lock; null if it has none. */
  sessionId: string | null;
  /** Whether its repository expects it in this folder. */
  isInPlace: boolean;
}

/** A file of git's that is longer than this is none of these. */
const MAX_BYTES = 64 * 1024;

/**
 * Finds the worktrees that an installation made: the folders in its worktrees' folder, and what their repositories list with its lock
 * elsewhere. What is not a worktree of this installation is left out. Only reads.
 */
export async function findMarkedWorktrees(worktreesDir: string, installId: string): Promise<MarkedWorktree[]> {
  const found = new Map<string, MarkedWorktree>();
  const repositories = new Set<string>();
  for (const name of await readdir(worktreesDir).catch(() => [])) {
    const pointer = await readSmall(join(worktreesDir, name, ".git"));
    const gitDir = /^gitdir: (.+)\n?$/.exec(pointer ?? "")?.[1];
    if (gitDir === undefined) continue;
    const admin = await realpath(resolve(worktreesDir, name, gitDir)).catch(() => null);
    const worktree = admin === null ? null : await describe(admin, join(worktreesDir, name), installId);
    if (worktree === null) continue;
    found.set(worktree.gitDir, worktree);
    repositories.add(worktree.commonDir);
  }
  for (const commonDir of repositories) {
    for (const name of await readdir(join(commonDir, "worktrees")).catch(() => [])) {
      const gitDir = join(commonDir, "worktrees", name);
      const pointer = (await readSmall(join(gitDir, "gitdir")))?.replace(/\n$/, "");
      if (found.has(gitDir) || !pointer || !isAbsolute(pointer)) continue;
      const worktree = await describe(gitDir, dirname(pointer), installId);
      if (worktree !== null) found.set(gitDir, worktree);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Returns null if the installation's lock is not on it. */
async function describe(gitDir: string, path: string, installId: string): Promise<MarkedWorktree | null> {
  const [reason, common, head, place] = await Promise.all(
    ["locked", "commondir", "HEAD", "gitdir"].map((name) => readSmall(join(gitDir, name))),
  );
  const begin = `boocode:${installId}:`;
  if (!reason?.startsWith(begin) || common == null) return null;
  const commonDir = await realpath(resolve(gitDir, common.trim())).catch(() => null);
  if (commonDir === null) return null;
  const named = /^(?:ref: refs\/heads\/)?(.+)\n?$/.exec(head ?? "")?.[1] ?? null;
  const isInPlace = place?.trim() === join(path, ".git");
  return { path, gitDir, commonDir, head: named, sessionId: reason.slice(begin.length).trim() || null, isInPlace };
}

async function readSmall(path: string): Promise<string | null> {
  const read = await readRegularFile(path, MAX_BYTES).catch(() => null);
  return read !== null && read.sizeBytes <= MAX_BYTES ? read.bytes.toString() : null;
}
