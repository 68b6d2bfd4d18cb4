import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const FILES = 200;
const SETTLED_MS_A_FILE = 0.15;
const EACH_MS = 5_000;
const MOST_TRIES = 80;

/**
 * Waits until a disk makes files at its usual pace in `folder`. For one to six minutes after many were deleted, ext4 looks through all of
 * them before it makes another, which takes ten times as long: that would be measured instead of git. False where it stays slow.
 */
export async function settleDeleted(folder: string): Promise<boolean> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const probe = join(folder, `probe-${attempt}`);
    await mkdir(probe);
    const startedAt = performance.now();
    for (let file = 0; file < FILES; file++) await writeFile(join(probe, String(file)), "");
    if ((performance.now() - startedAt) / FILES < SETTLED_MS_A_FILE) return true;
    await delay(EACH_MS);
  }
  return false;
}
