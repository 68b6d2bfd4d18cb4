import { opendir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TrashId } from "@boocode/shared/ids";
import { pinAt } from "../../platform/files/pinned-folder.ts";
import { removeTree } from "../../platform/files/remove-tree.ts";
import { lookAt, toTrashFolders } from "./trash-folders.ts";

/**
 * Removes a deletion's folder from the trash, or only the worktree's own folder in it. Every folder on the way is opened without following a
 * link, from the trash itself on, so nothing outside it can be reached. Links are removed, never followed. Run again after a crash, it goes
 * on where it was.
 */
export async function emptyShelf(path: string, trashId: TrashId, what: "all" | "worktree"): Promise<void> {
  const { shelf, worktree } = toTrashFolders(path, trashId);
  const target = what === "all" ? shelf : worktree;
  if ((await lookAt(target)) === null) return;
  const trash = await pinAt(dirname(shelf), dirname(shelf), []);
  try {
    if (what === "all") return await removeTree(trash, trashId, { mayHoldRepositories: true });
    const pinned = await pinAt(dirname(shelf), trash.at(trashId), [trashId]);
    try {
      await removeTree(pinned, "worktree", { mayHoldRepositories: true });
    } finally {
      await pinned.handle.close();
    }
  } finally {
    await trash.handle.close();
  }
}

/**
 * Whether a folder in the trash holds a repository of its own. Its commits are in no ref of ours, so no clock may remove it: only a person
 * does, by a purge. What cannot be read counts as one.
 */
export async function holdsRepository(folder: string): Promise<boolean> {
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const opened = await opendir(next).catch(() => null);
    if (opened === null) return true;
    for await (const entry of opened) {
      // The worktree's own link is not one.
      if (entry.name === ".git" && next !== folder) return true;
      if (entry.isDirectory()) folders.push(join(next, entry.name));
    }
  }
  return false;
}
