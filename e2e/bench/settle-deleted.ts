import { writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const SETTLED_MS_A_FILE = 0.06;
const PASSES = 3;
const EACH_MS = 5_000;
const MOST_TRIES = 80;

/**
 * Waits until a disk creates files in a repository's object folder at its usual pace. For one to six minutes after many deletions,
 * ext4 scans the deleted files before it creates a new one. That takes twenty times as long and would distort the measurement. Returns
 * false if the disk stays slow.
 *
 * @param objects a repository's folder of loose objects; files written there are named like git's unfinished ones
 */
export async function settleDeleted(objects: string): Promise<boolean> {
  const folders = (await readdir(objects)).filter((name) => name.length === 2);
  const makeOneInEach = (name: string) => {
    const startedAt = performance.now();
    for (const folder of folders) writeFileSync(join(objects, folder, name), "");
    return (performance.now() - startedAt) / folders.length;
  };
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const passes = Array.from({ length: PASSES }, (_, pass) => makeOneInEach(`tmp_obj_bench_${attempt}_${pass}`));
    if (Math.max(...passes) < SETTLED_MS_A_FILE) return true;
    await delay(EACH_MS);
  }
  return false;
}
