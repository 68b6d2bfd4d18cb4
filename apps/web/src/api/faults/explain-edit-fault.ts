import type { Fault } from "@boocode/shared/faults/fault";

/** The faults of applying, rejecting, restoring and their undoes. */
export type EditFault = Extract<
  Fault,
  {
    kind: "apply_conflict" | "moved_on" | "edit_not_found" | "edit_refused" | "edit_needs_attention" | "later_work" | "turn_not_restorable";
  }
>;

interface EditExplanation {
  title: string;
  hint: string;
  action: "reload" | "retry" | null;
}

/** The text shown when files could not be written as asked: which files, what was kept, and what to do. */
export function explainEditFault(fault: EditFault): EditExplanation {
  switch (fault.kind) {
    case "apply_conflict":
      return {
        title: `${toFiles(fault.paths)} in your checkout ${isAre(fault.paths)} in conflict with these changes`,
        hint: "Nothing was written. Look at the three sides, or apply the other changes without it.",
        action: null,
      };
    case "moved_on":
      return {
        title: `${toFiles(fault.paths)} ${fault.paths.length === 1 ? "has" : "have"} changed since`,
        hint: "Nothing was written, so the newer content is kept.",
        action: "reload",
      };
    case "edit_not_found":
      return {
        title: "There is nothing to undo",
        hint: "It has been undone, or never took effect. The list has been refreshed.",
        action: "reload",
      };
    case "edit_refused":
      return { title: `${fault.path} cannot be written`, hint: `${fault.reason}. All files are as they were.`, action: "retry" };
    case "edit_needs_attention":
      return {
        title: "An earlier write was interrupted and could not be finished",
        hint: `Other content is at ${toFiles(fault.paths)} now. Nothing of it was overwritten. Decide about it first, in the list of changes.`,
        action: "reload",
      };
    case "turn_not_restorable":
      return { title: "This turn cannot be restored", hint: `${fault.reason}. All files are as they were.`, action: null };
    case "later_work":
      return {
        title: `${toFiles(fault.paths)} ${fault.paths.length === 1 ? "was" : "were"} changed after that turn`,
        hint: "Nothing was restored. If you restore anyway, later work is taken back where it cannot be kept; you can undo it.",
        action: null,
      };
  }
}

const isAre = (paths: readonly string[]) => (paths.length === 1 ? "is" : "are");

/** Names one file, or counts several. */
function toFiles(paths: readonly string[]): string {
  const [first = "A file", ...others] = paths;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
