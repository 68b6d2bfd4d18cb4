import type { Fault } from "@boocode/shared/faults/fault";

/** The faults of deleting, restoring and stashing. */
export type DeleteFault = Extract<
  Fault,
  {
    kind:
      | "session_deleting"
      | "work_at_risk"
      | "risk_unknown"
      | "delete_refused"
      | "trash_not_found"
      | "trash_not_restorable"
      | "stash_not_found";
  }
>;

interface DeleteExplanation {
  title: string;
  hint: string;
  action: "reload" | "retry" | null;
}

/** The text shown when something was not deleted, or could not be brought back. */
export function explainDeleteFault(fault: DeleteFault): DeleteExplanation {
  switch (fault.kind) {
    case "session_deleting":
      return { title: "The session is being deleted", hint: "It takes no new work. Its files go to the trash first.", action: "reload" };
    case "work_at_risk":
      return { title: "Work would be lost", hint: "Nothing was deleted. Commit it, stash it, or delete it anyway.", action: null };
    case "risk_unknown":
      return {
        title: "It is not known whether work would be lost",
        hint: `${fault.reason} Nothing was deleted.`,
        action: "retry",
      };
    case "delete_refused":
      return { title: "It could not be moved into the trash", hint: `${fault.reason} Everything is as it was.`, action: "retry" };
    case "trash_not_found":
      return {
        title: "That is no longer in the trash",
        hint: "It was restored or removed. The list has been refreshed.",
        action: "reload",
      };
    case "trash_not_restorable":
      return { title: "It could not be restored", hint: `${fault.reason} It is still in the trash.`, action: "retry" };
    case "stash_not_found":
      return { title: "There is no such stash", hint: "It may have been dropped in another window.", action: "reload" };
  }
}
