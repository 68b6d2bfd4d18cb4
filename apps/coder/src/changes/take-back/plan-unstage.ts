import type { RestoreMerge } from "@boocode/shared/changes/edits/decide-restore";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import { decideUnstage, takeTurnOut } from "@boocode/shared/changes/staged/decide-unstage";
import { stagedState, type StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import type { TaskId } from "@boocode/shared/ids";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { mergeStored } from "./merge-stored.ts";

export interface UnstagePlan {
  moves: StagedMove[];
  /** The paths at which others have staged something over the turn's, with what is staged there. */
  later: { path: string; now: FileState }[];
}

/**
 * Plans what restoring to before a turn makes of staged edits. What others have staged over the turn's is merged, and goes where it cannot
 * be. Nothing is written except merged contents, to the object store. Errors: those of git.
 */
export async function planUnstage(place: EditPlace, edits: readonly StagedEdit[], taskId: TaskId): Promise<UnstagePlan> {
  const found = edits.flatMap((edit) => {
    const decided = decideUnstage(edit, taskId);
    return decided === null ? [] : [{ edit, ...decided }];
  });
  const merging = found.flatMap(({ decision }) => (decision.kind === "later" && decision.merge ? [decision.merge] : []));
  const ids = await mergeStored(place, merging);
  const merged = new Map<RestoreMerge, string | null>(merging.map((merge, at) => [merge, ids[at]!]));
  const results = found.map(({ edit, decision }) => {
    if (decision.kind === "none") return stagedState(edit);
    const merge = decision.kind === "later" ? decision.merge : null;
    const oid = merge && merged.get(merge);
    return merge && oid ? { mode: merge.mode, oid } : decision.to;
  });
  const sizes = await place.contents.measure(results.flatMap((state) => state?.oid ?? []));
  return {
    moves: found.map(({ edit }, at): StagedMove => {
      const state = results[at]!;
      const bytes = state === null ? 0 : (sizes.get(state.oid) ?? 0);
      return { path: edit.path, from: edit, to: takeTurnOut(edit, taskId, { state, bytes }) };
    }),
    later: found.flatMap(({ edit, isLater }) => (isLater ? [{ path: edit.path, now: stagedState(edit) }] : [])),
  };
}
