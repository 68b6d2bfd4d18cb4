import { link, lstat, opendir, readdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import { decideLockRemoval, type GitLock, type RemoveLockInput } from "@boocode/shared/worktrees/git-lock";
import type { Feed } from "../../feed/feed.ts";
import type { Time } from "../../platform/time.ts";
import { SYSTEM_TABLE } from "../../platform/processes/table/system-table.ts";
import type { Git, GitDirs } from "../../platform/git/git.ts";
import { newId } from "../../platform/new-id.ts";

export interface GitLocksDeps {
  db: Database;
  git: Git;
  feed: Feed;
  time: Pick<Time, "now">;
}

/** Only locks older than this are shown: most last only milliseconds. */
const SHOWN_FROM_MS = 1_000;
/** The maximum number of refs checked: a repository may keep each in its own file. */
const MAX_REFS = 5_000;
const MAX_LOCKS = 20;

/** Finds the git locks in a session's repository, oldest first. Runs nothing except git's own lookup of the repository's location. */
export async function findGitLocks(deps: GitLocksDeps, sessionId: SessionId): Promise<GitLock[]> {
  const { dirs, folders } = await findPlaces(deps, sessionId);
  const found = await Promise.all((await listLockFiles(dirs)).map((path) => lookAtLock(path, folders, deps.time, SHOWN_FROM_MS)));
  return found.filter((lock) => lock !== null).toSorted((a, b) => b.ageMs - a.ageMs);
}

/**
 * Removes a lock that a person was shown and wants to delete, after checking it again: it must be the same file, at least a minute old, and
 * no living program may hold it or be a git running in the repository. A lock that has disappeared by itself counts as success.
 *
 * Faults: `lock_kept`, `session_not_found`.
 */
export async function removeGitLock(deps: GitLocksDeps, input: RemoveLockInput): Promise<{ removed: boolean }> {
  const { path, sessionId, identity } = input;
  const { dirs, folders } = await findPlaces(deps, sessionId);
  // Only a lock of this repository: no path from outside can name anything else.
  if (!(await listLockFiles(dirs)).includes(path)) return { removed: false };
  const lock = await lookAtLock(path, folders, deps.time, 0);
  if (lock === null) return { removed: false };
  const refusal = decideLockRemoval(lock, identity);
  if (refusal !== null) throw new DomainError({ kind: "lock_kept", path, because: refusal, holder: toHolder(lock) });
  const removed = await takeAway(path, identity);
  deps.feed.changed({ noun: "worktrees", ids: [], sessionId });
  return { removed };
}

/**
 * Removes the file: it is moved first and checked again under its new name; if a different file took its place in between, it is moved
 * back.
 */
async function takeAway(path: string, identity: string): Promise<boolean> {
  const aside = `${path}.${newId("tmp")}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  const isSame = identify(await lstat(aside, { bigint: true })) === identity;
  if (!isSame) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  if (!isSame) throw new DomainError({ kind: "lock_kept", path, because: "changed", holder: null });
  return true;
}

async function findPlaces({ db, git }: GitLocksDeps, sessionId: SessionId): Promise<{ dirs: GitDirs; folders: string[] }> {
  const session = await findSession(db.read, sessionId);
  const project = session && session.deletedAt === null ? await findProject(db.read, session.projectId) : null;
  if (!project) throw new DomainError({ kind: "session_not_found", sessionId });
  const worktree = await findLiveWorktree(db.read, sessionId);
  const own = worktree ? await git.dirs(worktree.path).catch(() => null) : null;
  const dirs = own ?? (await git.dirs(project.path));
  const folders = [project.path, dirs.commonDir, ...(worktree ? [worktree.path] : [])];
  return { dirs, folders: await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder))) };
}

async function listLockFiles({ gitDir, commonDir }: GitDirs): Promise<string[]> {
  const found: string[] = [];
  for (const folder of new Set([gitDir, commonDir])) {
    for (const name of await readdir(folder).catch(() => [])) if (name.endsWith(".lock")) found.push(join(folder, name));
  }
  const folders = [join(commonDir, "refs")];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined && seen < MAX_REFS; folder = folders.pop()) {
    for await (const entry of (await opendir(folder).catch(() => null)) ?? []) {
      seen += 1;
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      else if (entry.name.endsWith(".lock")) found.push(join(folder, entry.name));
    }
  }
  return found.slice(0, MAX_LOCKS);
}

/** Checks a lock; returns null if it is gone, not a file, or too young. Only otherwise are all programs searched for its holders. */
async function lookAtLock(path: string, folders: readonly string[], time: Pick<Time, "now">, minAgeMs: number): Promise<GitLock | null> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  if (!found?.isFile()) return null;
  const ageMs = Math.max(0, Math.round(time.now() - Number(found.mtimeMs)));
  if (ageMs < minAgeMs) return null;
  // Programs of other users do not reveal the files they hold.
  const isOurs = process.getuid === undefined || Number(found.uid) === process.getuid();
  return { path, identity: identify(found), ageMs, holders: isOurs ? await SYSTEM_TABLE.listHolders(path, folders) : null };
}

function identify({ dev, ino, size, mtimeNs }: { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint }): string {
  return [dev, ino, size, mtimeNs].join(" ");
}

function toHolder({ holders }: GitLock): string | null {
  const [first] = holders ?? [];
  return first ? `${first.name} (process ${first.pid})` : null;
}
