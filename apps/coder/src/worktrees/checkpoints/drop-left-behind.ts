import { lstat, unlink } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";
import { findTemporaryOwner, isLeftBehind } from "../../platform/files/temporary-name.ts";

/**
 * Takes the files that we were about to put in place out of untracked names: no agent and no person made them. One whose writer was
 * killed is removed from disk.
 */
export async function dropLeftBehind(root: string, names: readonly BytePath[]): Promise<BytePath[]> {
  const others: BytePath[] = [];
  for (const name of names) {
    const owner = findTemporaryOwner(BytePath.toBytes(BytePath.nameOf(name)));
    if (owner === null) others.push(name);
    else if (await isLeftBehind(owner)) await removeFile(BytePath.toFile(root, name));
  }
  return others;
}

/** What cannot be removed is in nobody's way. */
async function removeFile(file: Buffer): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found?.isFile()) await unlink(file).catch(() => {});
}
