import { existsSync, renameSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "../files/durable-file.ts";

/** Reads the commit from a loose ref's file, in hexadecimal. Null if there is no such file: the ref may be packed or stored in another way. */
export async function readLooseRef(commonDir: string, ref: string): Promise<string | null> {
  const said = await readFile(join(commonDir, ref), "latin1").catch(() => "");
  return /^[0-9a-f]{40,64}\n$/.test(said) ? said.slice(0, -1) : null;
}

/**
 * Moves a loose ref the way git does: takes its lock file, checks that the ref still points to `from`, and renames the lock file over it.
 * Returns false if nothing was changed; let git move the ref then. The commit `to` must already exist.
 */
export async function moveLooseRef(commonDir: string, ref: string, { from, to }: { from: string; to: string }): Promise<boolean> {
  const file = join(commonDir, ref);
  const lock = `${file}.lock`;
  // Another process holds the lock, or the folder is missing because git is packing the ref.
  if (
    !(await writeFile(lock, `${to}\n`, { flag: "wx" }).then(
      () => true,
      () => false,
    ))
  )
    return false;
  try {
    if ((await readLooseRef(commonDir, ref)) !== from) throw new Error("The ref has moved");
    await rename(lock, file);
    return true;
  } catch {
    await rm(lock, { force: true });
    return false;
  }
}

/**
 * Creates a loose ref, durably, in a folder that holds loose refs already. Returns false if nothing was changed; let git create the ref then.
 * The object `to` must already exist.
 */
export async function createLooseRef(commonDir: string, ref: string, to: string): Promise<boolean> {
  const file = join(commonDir, ref);
  const lock = `${file}.lock`;
  // Without the folder, refs may be stored in another way, or git is packing them.
  const isLocked = await writeDurably(lock, Buffer.from(`${to}\n`)).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "EEXIST" && rm(lock, { force: true }).then(() => false),
  );
  if (!isLocked) return false;
  try {
    if (existsSync(file)) throw new Error("The ref exists");
    renameSync(lock, file);
    return true;
  } catch {
    await rm(lock, { force: true });
    return false;
  }
}
