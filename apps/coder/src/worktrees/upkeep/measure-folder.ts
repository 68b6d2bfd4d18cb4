import { lstat, opendir } from "node:fs/promises";
import { setImmediate as breathe } from "node:timers/promises";
import { join } from "node:path";

export interface FolderSize {
  /** Disk usage. */
  bytes: number;
  files: number;
  /** False if the walk stopped at its limit or met something unreadable. */
  isWhole: boolean;
}

const MAX_ENTRIES = 300_000;
const BLOCK_BYTES = 512;
/** The walk yields to other work after this many entries. */
const YIELD_EVERY = 200;

/** Measures a folder's disk usage without following links. Never rejects: unreadable entries are left out, and the result says so. */
export async function measureFolder(root: string, signal: AbortSignal, maxEntries: number = MAX_ENTRIES): Promise<FolderSize> {
  const size: FolderSize = { bytes: 0, files: 0, isWhole: true };
  const folders = [root];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const opened = await opendir(folder).catch(() => null);
    if (!opened) size.isWhole = false;
    for await (const entry of opened ?? []) {
      entries += 1;
      if (signal.aborted || entries > maxEntries) return { ...size, isWhole: false };
      if (entries % YIELD_EVERY === 0) await breathe();
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const found = await lstat(path).catch(() => null);
      size.bytes += (found?.blocks ?? 0) * BLOCK_BYTES;
      if (!entry.isDirectory()) size.files += 1;
    }
  }
  return size;
}
