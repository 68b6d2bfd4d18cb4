import { lstat, unlink } from "node:fs/promises";
import { splitPath, type ByteFolders } from "./byte-folders.ts";
import { removeTree } from "./remove-tree.ts";

/** Removes a temporary file, or a temporary folder with its contents, that we left. A failure is ignored: what stays does no harm. */
export async function removeTemporary(folders: ByteFolders, path: string): Promise<void> {
  const { folder, name } = splitPath(path);
  try {
    const parent = folders.open(folder);
    if ((await lstat(parent.at(name))).isDirectory()) await removeTree(parent, name);
    else await unlink(parent.at(name));
  } catch {
    // It is gone, or something of a person's is in it.
  }
}
