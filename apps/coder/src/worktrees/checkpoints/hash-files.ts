import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { RawWorktree } from "./raw-worktree.ts";

const LIMIT_MS = 300_000;
/** Gits that may fail: one for each name that git refuses, fewer for those that we see change or look for by halves. */
const MAX_FAILURES = 40;
/** Files looked at together: more would wait for the same few threads. */
const LOOK_TOGETHER = 64;
/** What git says of a file that became another one, or shorter, while it was read. It may also say nothing, and die by a signal. */
const RESTLESS = /unstable object source data|short read|failed to read|failed to insert into database|unable to (?:mmap|stat|open|index)/i;

/**
 * Takes files into our index as they are on disk now. With `mayLeaveOut`, those that git cannot read because another process keeps
 * writing to them, or making something else of them, stay as they were there, and are answered: they would keep out all the rest.
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
      // One that died by a signal left its lock behind, which nobody else takes.
      if (exitCode === null) await rm(join(worktree.overlay.gitDir, "index.lock"), { force: true });
      const refused = batch.filter((name) => isRefused(stderrTail, name));
      const restless = refused.length > 0 ? refused : await listChanged(worktree.path, batch, before);
      // Git dies where a file that it maps into memory becomes shorter, and tells nobody which that was.
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
  // Where a link took a folder's place, git does not always tell that the files below are gone.
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

/** Changes with each write to a file. */
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
