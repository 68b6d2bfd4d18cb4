import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const PREFIX = "boocode-tests-";
/** Bytes that must be free: the tests need a tenth of it, and machines give containers 64 MB. */
const NEEDED = 4 * 1024 ** 3;

/**
 * Puts the temporary folders of tests into memory, where no write waits for a disk, and returns what removes them at the end. Processes die
 * in tests, machines do not, so what was written is there afterwards as on a disk. Where memory does not do, tests use the system's folder.
 */
export default function useMemoryFolder(): () => void {
  if (!existsSync(MEMORY)) return () => {};
  removeLeft();
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < NEEDED) return () => {};
  const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (!startsPrograms(folder)) {
    remove();
    return () => {};
  }
  // Some tests go on as another user.
  chmodSync(folder, 0o1777);
  process.env["TMPDIR"] = folder;
  return remove;
}

/** Removes the folders of runs that were killed. */
function removeLeft(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !existsSync(`/proc/${pid}`)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

/** Whether a program in the folder may be started: some systems forbid it in memory. */
function startsPrograms(folder: string): boolean {
  const program = join(folder, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o700 });
  return spawnSync(program).status === 0;
}
