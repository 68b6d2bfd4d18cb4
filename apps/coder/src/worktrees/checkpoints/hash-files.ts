import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { RawWorktree } from "./raw-worktree.ts";

const LIMIT_MS = 300_000;
/** The maximum number of failed git runs: one per name that git rejects, fewer for files that we see change or find by bisection. */
const MAX_FAILURES = 40;
/** The number of files checked in parallel: more would wait for the same few threads. */
const LOOK_TOGETHER = 64;
/** Git's messages for a file that was replaced or truncated while being read. Git may also die by a signal without a message. */
const RESTLESS = /unstable object source data|short read|failed to read|failed to insert into database|unable to (?:mmap|stat|open|index)/i;

/**
 * Adds files to our index as they are on disk now. With `mayLeaveOut`, files that git cannot read because another process keeps writing or
 * replacing them keep their old entry and are returned, because they would block all the others.
 */
export async function hashFiles(worktree: RawWorktree, names: readonly BytePath[], mayLeaveOut: boolean): Promise<BytePath[]> {
  const unsettled: BytePath[] = [];
  const batches: (readonly BytePath[])[] = [names];
  let failures = 0;
  for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
    if (batch.length === 0) continue;
    const before = mayLeaveOut ? await identifyFiles(worktree.path, batch) : [];
    try {
      await update(worktree, batch);
    } catch (error) {
      if (!mayLeaveOut || !(error instanceof DomainError) || error.fault.kind !== "git_failed" || ++failures > MAX_FAILURES) throw error;
      const { exitCode, stderrTail } = error.fault;
      // A git killed by a signal leaves its lock behind, which nobody else uses.
      if (exitCode === null) await rm(join(worktree.overlay.gitDir, "index.lock"), { force: true });
      const refused = batch.filter((name) => isRefused(stderrTail, name));
      const restless = refused.length > 0 ? refused : await listChanged(worktree.path, batch, before);
      // Git dies if a memory-mapped file is truncated, and does not say which file it was.
      const isOfFiles = restless.length > 0 || exitCode === null || RESTLESS.test(stderrTail);
      if (!isOfFiles) throw error;
      const gone = new Set(restless.length > 0 || batch.length > 1 ? restless : batch);
      unsettled.push(...gone);
      const left = batch.filter((name) => !gone.has(name));
      if (gone.size > 0) batches.push(left);
      else batches.push(left.slice(0, left.length >> 1), left.slice(left.length >> 1));
    }
  }
  return unsettled;
}

async function update({ git, path, overlay, settings }: RawWorktree, names: readonly BytePath[]): Promise<void> {
  // If a link replaced a folder, git does not always report that the files below are gone.
  const argv = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
  await git.write(path, argv, { overlay, settings, limitMs: LIMIT_MS, stdin: BytePath.list(names) });
}

function isRefused(stderrTail: string, name: BytePath): boolean {
  return stderrTail.endsWith(`fatal: Unable to process path ${Buffer.from(BytePath.toBytes(name), "latin1").toString("utf8")}`);
}

async function listChanged(root: string, names: readonly BytePath[], before: readonly string[]): Promise<BytePath[]> {
  const now = await identifyFiles(root, names);
  return names.filter((_, place) => now[place] !== before[place]);
}

/** Returns an identity per file that changes with each write. */
async function identifyFiles(root: string, names: readonly BytePath[]): Promise<string[]> {
  const found: string[] = [];
  for (let start = 0; start < names.length; start += LOOK_TOGETHER) {
    found.push(...(await Promise.all(names.slice(start, start + LOOK_TOGETHER).map((name) => identifyFile(root, name)))));
  }
  return found;
}

async function identifyFile(root: string, name: BytePath): Promise<string> {
  const found = await lstat(BytePath.toFile(root, name), { bigint: true }).catch(() => null);
  return found ? `${found.ino} ${found.mode} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : "none";
}
