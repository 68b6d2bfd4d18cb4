import { writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const SETTLED_MS_A_FILE = 0.06;
const PASSES = 3;
const EACH_MS = 5_000;
const MOST_TRIES = 80;

/**
 * Waits until a disk makes files at its usual pace where a repository keeps its objects. For one to six minutes after many were deleted,
 * ext4 looks through all of them before it makes another, which takes twenty times as long: that would be measured instead of git. False
 * where it stays slow.
 *
 * @param objects a repository's folder of loose objects; what is written there is named as git names what it has not finished
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
