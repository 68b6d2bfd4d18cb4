import { lstat, opendir } from "node:fs/promises";
import { setImmediate as breathe } from "node:timers/promises";
import { join } from "node:path";

export interface FolderSize {
  /** Taken up on the disk. */
  bytes: number;
  files: number;
  /** False where the walk ended at its limit, or met something it may not read. */
  isWhole: boolean;
}

const MAX_ENTRIES = 300_000;
const BLOCK_BYTES = 512;
/** Other work gets its turn between this many. */
const BREATHE_EVERY = 200;

/** Adds up what a folder takes up on the disk, links not followed. Never rejects: what cannot be read is left out, and said. */
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
      if (entries % BREATHE_EVERY === 0) await breathe();
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const found = await lstat(path).catch(() => null);
      size.bytes += (found?.blocks ?? 0) * BLOCK_BYTES;
      if (!entry.isDirectory()) size.files += 1;
    }
  }
  return size;
}
