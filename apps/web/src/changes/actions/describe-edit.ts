import type { EditKind, EditState } from "@boocode/shared/changes/edits/edit";
import { toCount } from "../../ui/labels.ts";
import { showPath } from "../../files/show-path.ts";

const DONE: Record<EditKind, string> = {
  apply: "Applied",
  undo_apply: "Took back applying",
  reject: "Rejected",
  undo_reject: "Took back rejecting",
  restore: "Restored",
  undo_restore: "Took back restoring",
  write_staged: "Wrote",
  undo_write_staged: "Took back writing",
  stash: "Stashed",
  apply_stash: "Brought back from a stash:",
  undo_apply_stash: "Took back from a stash:",
  save: "Saved",
  undo_save: "Took back saving",
};

/** Names one file, or counts several. */
export function describeFiles(paths: readonly string[], count: number = paths.length): string {
  return count === 1 && paths[0] !== undefined ? showPath(paths[0]) : toCount(count, "file");
}

/** "Applied 4 files", "Rejected a hunk of notes.md". */
export function describeEdit(kind: EditKind, paths: readonly string[], { count = paths.length, hunks = 0 } = {}): string {
  const files = describeFiles(paths, count);
  return `${DONE[kind]} ${hunks === 0 ? files : `${hunks === 1 ? "a hunk" : toCount(hunks, "hunk")} of ${files}`}`;
}

/** What became of an edit, where that is not plain success. */
export function describeEditState(state: EditState): string | null {
  switch (state) {
    case "started":
    case "reverting":
      return "under way";
    case "failed":
      return "nothing was written";
    case "needs_attention":
      return "could not be finished";
    case "undone":
      return "taken back";
    case "done":
      return null;
  }
}
