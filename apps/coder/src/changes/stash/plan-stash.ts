import { FileMode, isSameState, type BaseMove, type FileEdit, type FileState } from "@boocode/shared/changes/edits/file-edit";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { IndexLook } from "../../worktrees/removal/looks/read-index.ts";
import type { IndexState, StatusLook } from "../../worktrees/removal/looks/read-status.ts";
import { readCheckedOutTree } from "./read-checked-out-tree.ts";
import { readTip } from "../blame/read-checkpoints.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import { storeMovedTree } from "../edits/store-own-tree.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import type { IndexEntry } from "./restore-index.ts";

export interface StashPlan {
  /** The trees of what is on disk and of the index, both over HEAD's. */
  workTree: string;
  indexTree: string;
  /** The tree of HEAD with these files as they return to the disk; null if that is HEAD's own. */
  checkedOutTree: string | null;
  /** The files that return to HEAD's content. */
  files: FileEdit[];
  /** Where the base moves, so that what was applied and is stashed now does not look removed. */
  base: BaseMove[];
  /** The paths of the index that differ from HEAD. */
  index: IndexEntry[];
}

export interface StashInput {
  place: EditPlace;
  comparer: TreeComparer;
  worktree: Worktree;
  head: string;
  status: StatusLook;
  index: IndexLook;
}

/** Plans what a stash keeps, and what it takes out of the worktree. The newest checkpoint holds what is on disk. Faults: those of git. */
export async function planStash({ place, comparer, worktree, head, status, index }: StashInput): Promise<StashPlan> {
  const { overlay } = place;
  const { tree: tip } = await readTip(place.git, overlay, worktree);
  const [headTree, firstTree] = [await comparer.readTree(overlay, head), await comparer.readTree(overlay, worktree.baseCommit)];
  const rawTree = (await readCheckedOutTree(place.git, overlay, worktree)) ?? firstTree;
  const [onDisk, inBase, inFirst, inRaw] = await comparer.compare(overlay, [
    [headTree, tip],
    [headTree, worktree.baseTree],
    [headTree, firstTree],
    [firstTree, rawTree],
  ] as const);
  const committed = new Set(toMoves(inFirst).map(({ path }) => path));
  const raw = new Map(toMoves(inRaw).map(({ path, to }) => [path, to]));
  // Bytes may differ where git sees no difference, such as line ends that it converts: those are no work.
  const isWork = new Set([...status.differing, ...index.hidden].map(({ path }) => path).concat(status.untracked));
  const moves = toMoves(onDisk)
    .filter(({ path, from, to }) => isWork.has(BytePath.of(path)) && !isModule(from) && !isModule(to))
    .map(({ path, from, to }) => {
      // Git checks some files out with other bytes than it has, such as other line ends.
      const after = committed.has(path) ? from : (raw.get(path) ?? from);
      return { edit: { root: "worktree" as const, path, before: to, after }, head: from };
    });
  const files = moves.map(({ edit }): FileEdit => edit);
  const staged = status.differing.flatMap(({ path, states, isStaged }) => (states !== null && isStaged ? [{ path, ...states }] : []));
  const toTree = (moved: BaseMove[]) => storeMovedTree(place, headTree, moved);
  const isRaw = moves.some(({ edit, head: from }) => !isSameState(edit.after, from));
  return {
    files,
    workTree: await toTree(moves.map(({ edit: { path, before }, head: from }) => ({ path, from, to: before }))),
    checkedOutTree: isRaw ? await toTree(moves.map(({ edit: { path, after }, head: from }) => ({ path, from, to: after }))) : null,
    indexTree: await toTree(
      staged.map(({ path, head: from, index: to }) => ({ path: BytePath.toBytes(path), from: toFile(from), to: toFile(to) })),
    ),
    base: planBase(files, toMoves(inBase), committed),
    index: staged.map(({ path, head: from, index: to }) => ({ path: BytePath.toBytes(path), head: from, index: to })),
  };
}

/**
 * Moves the base back with a file whose changes were applied: where nothing of it was pending, or where the branch has no commit of its own.
 * Otherwise the list would show the stashed work as taken out.
 */
function planBase(files: readonly FileEdit[], inBase: readonly BaseMove[], committed: ReadonlySet<string>): BaseMove[] {
  const based = new Map(inBase.map(({ path, to }) => [path, to]));
  return files.flatMap(({ path, before, after }): BaseMove[] => {
    if (!based.has(path)) return [];
    const from = based.get(path) ?? null;
    if (isSameState(from, after)) return [];
    return !committed.has(path) || isSameState(from, before) ? [{ path, from, to: after }] : [];
  });
}

/** Lists each path of a comparison with its two states; a renamed file is two paths. */
export function toMoves(changes: readonly TreeEntryChange[]): BaseMove[] {
  return changes.flatMap((change): BaseMove[] => {
    const { before, after } = toEntryStates(change);
    const path = BytePath.toBytes(change.path);
    if (change.previousPath === null) return [{ path, from: before, to: after }];
    return [
      { path: BytePath.toBytes(change.previousPath), from: before, to: null },
      { path, from: null, to: after },
    ];
  });
}

const isModule = (state: FileState) => state?.mode === "160000";
const toFile = (state: IndexState): FileState => state && { mode: FileMode.parse(state.mode), oid: state.oid };
