import type { Database } from "@boocode/db/database";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import { canUndo } from "@boocode/shared/changes/edits/can-undo";
import type { Edit, EditKind } from "@boocode/shared/changes/edits/edit";
import { invertFile, invertMove } from "@boocode/shared/changes/edits/file-edit";
import { invertStagedMove } from "@boocode/shared/changes/staged/staged-move";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EditId, SessionId } from "@boocode/shared/ids";
import type { EditGround } from "./edit-journal.ts";
import type { EditPlan } from "./edit-plan.ts";
import { toPathTexts } from "./to-edit-error.ts";

/**
 * Finds an edit that a person takes back; its state is `done`, or `undone` if that has already happened.
 *
 * Faults: `edit_not_found` if it never took effect, is of another kind, or is too old; `edit_needs_attention`.
 */
export async function requireUndoable(
  db: Database,
  { sessionId, editId, kind, now }: { sessionId: SessionId; editId: EditId; kind: EditKind; now: number },
): Promise<Edit> {
  const edit = await findEdit(db.read, editId);
  if (edit?.sessionId !== sessionId || edit.kind !== kind) throw new DomainError({ kind: "edit_not_found", editId });
  if (edit.state === "needs_attention") {
    throw new DomainError({ kind: "edit_needs_attention", editId, paths: toPathTexts(edit.files.map(({ path }) => path)) });
  }
  if (edit.state !== "undone" && !canUndo(edit, now)) throw new DomainError({ kind: "edit_not_found", editId });
  return edit;
}

/** Plans the recorded inverse of an edit: every file and the base go back to what they were. */
export function toUndoPlan(edit: Edit, kind: EditKind, { worktree, projectPath }: EditGround): EditPlan {
  return {
    kind,
    sessionId: edit.sessionId,
    worktree,
    projectPath,
    files: edit.files.map(invertFile),
    base: edit.base.map(invertMove),
    // The base has not moved since, so the tree of before is known.
    ...(edit.baseBefore !== null && worktree.baseTree === edit.baseAfter && { baseAfter: edit.baseBefore }),
    staged: edit.staged.map(invertStagedMove),
    judged: edit.judged,
    undoes: edit.id,
    ...(edit.taskId !== null && { taskId: edit.taskId }),
  };
}
