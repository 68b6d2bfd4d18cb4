import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The commit that a ref's own file names, hexadecimal. Null where it has none: it may be packed, or kept in another way. */
export async function readLooseRef(commonDir: string, ref: string): Promise<string | null> {
  const said = await readFile(join(commonDir, ref), "latin1").catch(() => "");
  return /^[0-9a-f]{40,64}\n$/.test(said) ? said.slice(0, -1) : null;
}

/**
 * Moves a ref that has a file of its own as git does: takes its lock, looks whether it is still where the caller saw it, and puts the lock
 * in its place. Answers whether it did; where it did not, nothing was changed and git knows better. `to` must be there already.
 */
export async function moveLooseRef(commonDir: string, ref: string, { from, to }: { from: string; to: string }): Promise<boolean> {
  const file = join(commonDir, ref);
  const lock = `${file}.lock`;
  // Somebody else's lock, or no folder: the ref may just be being packed.
  if (
    !(await writeFile(lock, `${to}\n`, { flag: "wx" }).then(
      () => true,
      () => false,
    ))
  )
    return false;
  try {
    if ((await readLooseRef(commonDir, ref)) !== from) throw new Error("It is elsewhere");
    await rename(lock, file);
    return true;
  } catch {
    await rm(lock, { force: true });
    return false;
  }
}
