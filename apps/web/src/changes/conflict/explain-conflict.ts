import type { ConflictReason } from "@boocode/shared/changes/edits/conflict-reason";

/** What is in the way of applying a file: half a sentence that follows its path. */
export function explainConflict(because: ConflictReason): string {
  switch (because) {
    case "edited":
      return "You changed the same lines in the project's folder.";
    case "added_there":
      return "The project's folder has another file of this name, which the agent has never seen.";
    case "deleted_there":
      return "You deleted this file in the project's folder.";
    case "kind":
      return "It is a file on one side, and a link or a folder on the other.";
    case "link_in_the_way":
      return "A folder on its path is a link in the project's folder, and nothing is written through a link.";
    case "in_the_way":
      return "Something else is at its path in the project's folder: a file, a folder with other content, or another repository.";
    case "binary":
      return "Both sides changed it, and it has no lines that could be merged.";
    case "submodule":
      return "The commit of this nested repository cannot be moved in the project's folder.";
    case "forbidden":
      return "Git keeps its own data under this name, so it is never written.";
    case "stale":
      return "The worktree has other content in the same lines by now, so the staged edit no longer fits there.";
    case "pending":
      return "The staged edit touches lines that are pending in the worktree. Apply those first, or both together.";
  }
}
