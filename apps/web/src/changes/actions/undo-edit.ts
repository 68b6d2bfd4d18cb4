import type { EditKind } from "@boocode/shared/changes/edits/edit";
import type { EditId, SessionId } from "@boocode/shared/ids";
import { reportFailure } from "../../api/faults/failures.ts";
import { trpcClient } from "../../api/trpc.ts";
import { toastNote } from "../../ui/toasts/toast.ts";
import { describeEdit, describeFiles } from "./describe-edit.ts";

/** An edit that can be taken back. */
export interface UndoableEdit {
  sessionId: SessionId;
  id: EditId;
  kind: "apply" | "reject" | "restore" | "write_staged" | "apply_stash";
}

const UNDO_KIND = {
  apply: "undo_apply",
  reject: "undo_reject",
  restore: "undo_restore",
  write_staged: "undo_write_staged",
  apply_stash: "undo_apply_stash",
} as const;

/** Whether an edit of this kind can be taken back. */
export const isUndoable = (kind: EditKind): kind is UndoableEdit["kind"] => kind in UNDO_KIND;

/** Takes an edit back, and says so. A failure is reported, and changes nothing. */
export async function undoEdit(edit: UndoableEdit): Promise<void> {
  try {
    const { paths, kept = [] } = await askToUndo(edit);
    const stays = kept.length === 0 ? "" : `. What else was staged of ${describeFiles(kept)} stays staged`;
    toastNote(`${describeEdit(UNDO_KIND[edit.kind], paths)}${stays}`);
  } catch (error) {
    reportFailure(error);
  }
}

function askToUndo({ sessionId, id, kind }: UndoableEdit): Promise<{ paths: string[]; kept?: string[] }> {
  switch (kind) {
    case "apply":
      return trpcClient.pendingChanges.undoApply.mutate({ sessionId, applyId: id });
    case "reject":
      return trpcClient.pendingChanges.undoReject.mutate({ sessionId, rejectId: id });
    case "restore":
      return trpcClient.pendingChanges.undoRestore.mutate({ sessionId, restoreId: id });
    case "apply_stash":
      return trpcClient.worktreeRisk.undoApplyStash.mutate({ sessionId, editId: id });
    case "write_staged":
      return trpcClient.pendingChanges.undoWriteStaged.mutate({ sessionId, writeId: id });
  }
}
