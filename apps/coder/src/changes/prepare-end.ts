import type { Database } from "@boocode/db/database";
import { findEdit } from "@boocode/db/edit-store";
import type { ChangeCapture } from "./change-capture.ts";
import type { PrepareEnd } from "./edits/edit-plan.ts";

/** Makes what prepares the pending changes for the end of an edit: over the new base, and with the authors of what an undo brings back. */
export function makePrepareEnd({ db, capture }: { db: Database; capture: ChangeCapture }): PrepareEnd {
  return async (edit, worktree) => {
    const undone = edit.undoes === null ? null : await findEdit(db.read, edit.undoes);
    const baseTree = edit.baseAfter ?? worktree.baseTree;
    return capture.recapture({ ...worktree, baseTree }, { back: undone?.judged.map(({ row }) => row) ?? [] });
  };
}
