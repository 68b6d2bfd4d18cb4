import { BytePath } from "../../platform/git/byte-path.ts";
import { ByteFolders } from "../../platform/files/byte-folders.ts";
import { removeTemporary } from "../../platform/files/remove-temporary.ts";
import { findTemporaryOwner, isLeftBehind } from "../../platform/files/temporary-name.ts";
import type { ProcessIdentity } from "../../platform/processes/process.ts";

/**
 * Removes our own temporary files, and what is in our temporary folders, from a list of untracked names: they belong to no agent and no
 * person. What a killed writer left is deleted from disk.
 */
export async function dropLeftBehind(root: string, names: readonly BytePath[]): Promise<BytePath[]> {
  const own = new Map<string, ProcessIdentity>();
  const others = names.filter((name) => {
    const temporary = findTemporary(BytePath.toBytes(name));
    if (temporary !== null) own.set(temporary.path, temporary.owner);
    return temporary === null;
  });
  for (const [path, owner] of own) if (await isLeftBehind(owner)) await remove(root, path);
  return others;
}

/** Finds the part of a path that is a temporary file or folder of ours. */
function findTemporary(path: string): { path: string; owner: ProcessIdentity } | null {
  // A name with a slash at its end is a repository, which none of ours is.
  if (!path.includes(".boocode-") || path.endsWith("/")) return null;
  let at = "";
  for (const name of path.split("/")) {
    at = at === "" ? name : `${at}/${name}`;
    const owner = findTemporaryOwner(name);
    if (owner !== null) return { path: at, owner };
  }
  return null;
}

async function remove(root: string, path: string): Promise<void> {
  const folders = new ByteFolders(root);
  try {
    await removeTemporary(folders, path);
  } finally {
    folders.close();
  }
}
