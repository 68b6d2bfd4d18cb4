import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EditPlan } from "./edit-plan.ts";
import { toPathTexts } from "./to-edit-error.ts";

/** Only an apply, or its undo, holds the lock of the checkout. */
const TO_CHECKOUT: ReadonlySet<EditPlan["kind"]> = new Set(["apply", "undo_apply"]);

/**
 * Returns the edit of the same worktree that has to be finished before a plan is carried out: this daemon could not finish it, for example
 * because the disk was full. Null if there is none.
 *
 * Fault: `edit_needs_attention` if a person has to decide about one of the same paths first, or the plan does not hold its locks.
 */
export function findEarlier(unsettled: readonly Edit[], plan: EditPlan, files: readonly FileEdit[]): Edit | null {
  const keys = new Set(files.map(toKey));
  for (const edit of unsettled) {
    const isOwn = edit.worktreeId === plan.worktree.id;
    if (!isOwn && edit.projectId !== plan.worktree.projectId) continue;
    const isOpen = isOwn && edit.state !== "needs_attention";
    const isHeld = TO_CHECKOUT.has(plan.kind) || edit.files.every(({ root }) => root === "worktree");
    if (isOpen && isHeld) return edit;
    const common = edit.files.filter((file) => keys.has(toKey(file)) && (isOwn || file.root === "checkout"));
    const inTheWay = isOpen ? edit.files : common;
    if (isOpen || inTheWay.length > 0) {
      throw new DomainError({ kind: "edit_needs_attention", editId: edit.id, paths: toPathTexts(inTheWay.map(({ path }) => path)) });
    }
  }
  return null;
}

const toKey = ({ root, path }: FileEdit) => `${root} ${path}`;
