import { lstat, unlink } from "node:fs/promises";
import { findTemporaryOwner, isLeftBehind } from "../../platform/files/temporary-name.ts";

/**
 * Takes the files that we were about to put in place out of untracked names: no agent and no person made them. One whose writer was
 * killed is removed from disk. Names are bytes, one a character.
 */
export async function dropLeftBehind(root: string, names: readonly string[]): Promise<string[]> {
  const others: string[] = [];
  for (const name of names) {
    const owner = findTemporaryOwner(name.slice(name.lastIndexOf("/") + 1));
    if (owner === null) others.push(name);
    else if (await isLeftBehind(owner)) await removeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]));
  }
  return others;
}

/** What cannot be removed is in nobody's way. */
async function removeFile(file: Buffer): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found?.isFile()) await unlink(file).catch(() => {});
}
