import { lstat, unlink } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";
import { findTemporaryOwner, isLeftBehind } from "../../platform/files/temporary-name.ts";

/**
 * Removes our own temporary files from a list of untracked names: they belong to no agent and no person. A file whose writer was killed is
 * deleted from disk.
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

/** Removes a file. A failure is ignored: the file does no harm. */
async function removeFile(file: Buffer): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found?.isFile()) await unlink(file).catch(() => {});
}
