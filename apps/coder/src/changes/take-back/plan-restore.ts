import {
  decideRestorePath,
  isSubmoduleMove,
  type RestoreMerge,
  type RestorePath,
  type TurnPath,
} from "@boocode/shared/changes/edits/decide-restore";
import { isSameState, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { toPathStates } from "../edits/split-turn.ts";
import { mergeStored } from "./merge-stored.ts";

export interface RestorePlan {
  files: FileEdit[];
  /** The paths with later work. */
  later: TurnPath[];
  /** The paths that are left alone. */
  kept: TurnPath[];
}

/** Lists the paths that a turn changed, as they were before it, after it, and as they are now. */
export function listTurnPaths(
  turn: readonly TreeEntryChange[],
  since: readonly TreeEntryChange[],
  appeared: ReadonlySet<BytePath>,
): TurnPath[] {
  const later = toPathStates(since);
  return [...toPathStates(turn)].map(([path, { before, after }]) => {
    const now = later.has(path) ? later.get(path)!.after : after;
    return { path, before, after, now, isAppeared: before === null && appeared.has(BytePath.of(path)) };
  });
}

/** Plans what restoring a turn writes. Nothing is written except merged contents, to the object store. Errors: those of git. */
export async function planRestore(place: EditPlace, paths: readonly TurnPath[]): Promise<RestorePlan> {
  const movable = new Map<TurnPath, boolean>();
  for (const each of paths) {
    if (isSubmoduleMove(each)) movable.set(each, await place.canMove("worktree", each.path, each.now!.oid, each.before!.oid));
  }
  const decided = paths.map((path) => ({ path, decision: decideRestorePath({ ...path, canMove: movable.get(path) ?? false }) }));
  const merging = decided.flatMap(({ decision }) => (decision.kind === "later" && decision.merge ? [decision.merge] : []));
  const merged = await mergeStored(place, merging);
  const results = new Map<RestoreMerge, string | null>(merging.map((merge, at) => [merge, merged[at]!]));
  const of = (kind: RestorePath["kind"]) => decided.flatMap(({ path, decision }) => (decision.kind === kind ? [path] : []));
  const files = decided.flatMap(({ path: { path, now }, decision }): FileEdit[] => {
    if (decision.kind !== "write" && decision.kind !== "later") return [];
    const merge = decision.kind === "later" ? decision.merge : null;
    const oid = merge && results.get(merge);
    const after = merge && oid ? { mode: merge.mode, oid } : decision.to;
    return isSameState(now, after) ? [] : [{ root: "worktree", path, before: now, after }];
  });
  return { files, later: of("later"), kept: of("keep") };
}
