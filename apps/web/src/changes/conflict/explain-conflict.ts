import type { ConflictReason } from "@boocode/shared/changes/edits/conflict-reason";

/** What was to be brought where: an agent's change to the project's folder, or a stash to a session's worktree. */
export type Bringing = "change" | "stash";

/** What is in the way of bringing a file: a sentence that follows its path. */
export function explainConflict(because: ConflictReason, bringing: Bringing = "change"): string {
  const isStash = bringing === "stash";
  const there = isStash ? "the session's worktree" : "the project's folder";
  const There = isStash ? "The session's worktree" : "The project's folder";
  switch (because) {
    case "edited":
      return isStash ? "The same lines were changed in the session's worktree." : "You changed the same lines in the project's folder.";
    case "added_there":
      return `${There} has another file of this name, which ${isStash ? "the stash does not know" : "the agent has never seen"}.`;
    case "deleted_there":
      return isStash ? "This file was deleted in the session's worktree." : "You deleted this file in the project's folder.";
    case "kind":
      return "It is a file on one side, and a link or a folder on the other.";
    case "link_in_the_way":
      return `A folder on its path is a link in ${there}, and nothing is written through a link.`;
    case "in_the_way":
      return `Something else is at its path in ${there}: a file, a folder with other content, or another repository.`;
    case "with_others":
      return "What is at its path goes with other changes in this list. Apply those together with it.";
    case "binary":
      return "Both sides changed it, and it has no lines that could be merged.";
    case "submodule":
      return `The commit of this nested repository cannot be moved in ${there}.`;
    case "forbidden":
      return "Git keeps its own data under this name, so it is never written.";
    case "stale":
      return "The worktree has other content in the same lines by now, so the staged edit no longer fits there.";
    case "pending":
      return "The staged edit touches lines that are pending in the worktree. Apply those first, or both together.";
  }
}
