import type { BaseMove, FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { EditPlace } from "./files/edit-place.ts";
import { planMovedTree } from "./plan-moved-tree.ts";

/** Stores the tree that is `tree` with the worktree's files of an edit as it has written them; returns its id. */
export function storeOwnTree(place: EditPlace, tree: string, files: readonly FileEdit[]): Promise<string> {
  const own = files.filter(({ root }) => root === "worktree");
  return storeMovedTree(
    place,
    tree,
    own.map(({ path, before, after }) => ({ path, from: before, to: after })),
  );
}

/** Stores the tree that is `tree` with some paths in another state, whatever it has there; returns its id. */
export async function storeMovedTree(place: EditPlace, tree: string, moves: readonly BaseMove[]): Promise<string> {
  // After a crash, for example, the tree may have them already.
  const trees = await planMovedTree(place.git, place.overlay, tree, moves, { isForced: true });
  return (await place.contents.storeTrees(trees)).at(-1) ?? tree;
}
