import { isSameState } from "@boocode/shared/changes/edits/file-edit";
import { stagedState } from "@boocode/shared/changes/staged/staged-edit";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import type { ChangeId } from "@boocode/shared/ids";
import { chooseHunks } from "../edits/choose-hunks.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";
import type { StagedChange } from "../staged/staged-changes.ts";

/**
 * Plans what remains of staged changes that are rejected: nothing, or the hunks that were not chosen. Faults: `invalid_input` for a hunk
 * that there is not; those of git.
 */
export async function planDrop(
  place: EditPlace,
  rejected: readonly StagedChange[],
  hunks: ReadonlyMap<ChangeId, readonly number[]>,
): Promise<StagedMove[]> {
  const partial = rejected.flatMap(({ row, change }) => {
    const chosen = hunks.get(row.id);
    return chosen ? [{ changeId: row.id, change, hunks: chosen }] : [];
  });
  const rest = await chooseHunks(place, partial, "others");
  const restOf = new Map(partial.map(({ changeId }, at) => [changeId, rest[at]!]));
  const sizes = await place.contents.measure(rest.flatMap((state) => state?.oid ?? []));
  return rejected.flatMap(({ row, change, edits }) =>
    edits.map((edit): StagedMove => {
      const state = restOf.get(row.id);
      const isBack = edits.length === 1 && state !== undefined && isSameState(state, toEntryStates(change).before);
      if (state === undefined || isBack) return { path: edit.path, from: edit, to: null };
      // A renamed file keeps its new name: no hunk stands for that.
      if (stagedState(edit) === null || state === null) return { path: edit.path, from: edit, to: edit };
      const last = edit.steps.at(-1)!;
      const steps = [...edit.steps.slice(0, -1), { ...last, after: state }];
      return { path: edit.path, from: edit, to: { ...edit, steps, bytes: sizes.get(state.oid) ?? 0 } };
    }),
  );
}
