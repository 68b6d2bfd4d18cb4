import type { EditKind } from "@boocode/shared/changes/edits/edit";

const DOING: Record<EditKind, string> = {
  apply: "Applying",
  undo_apply: "Taking back the application of",
  reject: "Rejecting",
  undo_reject: "Taking back the rejection of",
  restore: "Restoring",
  undo_restore: "Taking back the restoration of",
  write_staged: "Writing",
  undo_write_staged: "Taking back the writing of",
  stash: "Stashing",
  apply_stash: "Bringing back from a stash",
  undo_apply_stash: "Taking back what a stash had brought:",
  save: "Saving",
  undo_save: "Taking back the saving of",
};

/** "Applying 3 files was interrupted and could not be finished." */
export function describeInterrupted(kind: EditKind, files: string): string {
  return `${DOING[kind]} ${files} was interrupted and could not be finished.`;
}
