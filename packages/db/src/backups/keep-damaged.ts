import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The suffixes of the files that make up a database: the file, its write-ahead log, and the log's index. */
const PARTS = ["", "-wal", "-shm"] as const;

/**
 * Copies a damaged database with its log to `<file>.corrupt-<time of its last change>`. A copy of the same state is made once, so a daemon
 * that is started again and again does not fill the disk. Nobody may have the database open.
 *
 * Returns the copy's path, or null if there is no room for it.
 */
export function keepDamaged(file: string): string | null {
  const target = nameOfCopy(file);
  if (existsSync(target)) return target;
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    if (bavail * bsize < 2 * sizeOf(file)) return null;
    // The main file last: a copy that has it is complete.
    for (const part of PARTS.toReversed()) copyPart(file + part, target + part);
    return target;
  } catch {
    for (const part of PARTS) rmSync(`${target}${part}.part`, { force: true });
    return null;
  }
}

/**
 * As {@link keepDamaged}, for a database that is about to be replaced: where there is no room for a copy, its files get a second name, which
 * takes no room. Throws if that fails too.
 */
export function keepReplaced(file: string): string {
  const kept = keepDamaged(file);
  if (kept !== null) return kept;
  const target = nameOfCopy(file);
  for (const part of PARTS.toReversed()) {
    if (existsSync(file + part) && !existsSync(target + part)) linkSync(file + part, target + part);
  }
  return target;
}

function copyPart(from: string, to: string): void {
  if (!existsSync(from)) return;
  const part = `${to}.part`;
  // Where the file system can share blocks between files, the copy takes no room.
  copyFileSync(from, part, constants.COPYFILE_FICLONE);
  renameSync(part, to);
}

function nameOfCopy(file: string): string {
  const changedAt = Math.max(...PARTS.slice(0, 2).map((part) => statSync(file + part, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  const stamp = new Date(changedAt)
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replaceAll(/[-:]/g, "")
    .replace("T", "-");
  return `${file}.corrupt-${stamp}`;
}

function sizeOf(file: string): number {
  return PARTS.reduce((sum, part) => sum + (statSync(file + part, { throwIfNoEntry: false })?.size ?? 0), 0);
}
