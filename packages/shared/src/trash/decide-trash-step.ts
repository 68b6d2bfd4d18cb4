import type { TrashedWorktree, TrashState } from "./trash-entry.ts";

/** What is found of a worktree on its way into the trash or back. */
export interface TrashSeen {
  /** What is at the worktree's own path: its folder, something else, or nothing. */
  home: "ours" | "other" | "none";
  /** Whether its folder is in the trash. */
  isInTrash: boolean;
  /** Whether the trash has a whole copy of git's directory about it. */
  hasCopy: boolean;
  /** Whether git's directory about it is in the repository. Null if the repository is gone. */
  isRegistered: boolean | null;
  /** Whether git's directory and its copy name a lock. */
  lock: "none" | "here" | "only_in_copy";
}

/** What the deletion needs to know of how the worktree was. */
export type TrashedFacts = Pick<TrashedWorktree, "state" | "gitDirName">;

/** Why the next step cannot be taken. */
export type TrashBlock = "path_taken" | "folder_gone" | "repository_gone";

export type AwayStep = { kind: "step"; step: "copy" | "unlock" | "move" | "unregister" } | { kind: "done" };
export type BackStep =
  | { kind: "step"; step: "fill" | "move" | "register" | "lock" | "drop_copy" }
  | { kind: "done" }
  | { kind: "blocked"; because: TrashBlock };

/**
 * Decides the next step of moving a worktree into the trash. Carried out again and again, whatever is there in between, it ends with the
 * folder in the trash, and git without any knowledge of it.
 *
 * A folder that is not ours is never moved, and git keeps what it knows about one that something else has replaced.
 */
export function decideAwayStep(seen: TrashSeen, was: TrashedFacts): AwayStep {
  const isKnown = seen.isRegistered === true && was.gitDirName !== null && was.state !== "replaced";
  if (isKnown && !seen.hasCopy) return { kind: "step", step: "copy" };
  if (isKnown && seen.lock === "here") return { kind: "step", step: "unlock" };
  if (was.state === "live" && seen.home === "ours" && !seen.isInTrash) return { kind: "step", step: "move" };
  if (isKnown && seen.home === "none") return { kind: "step", step: "unregister" };
  return { kind: "done" };
}

/**
 * Decides the next step of bringing a worktree back. The reverse of {@link decideAwayStep}, from wherever that has got to. The copy goes
 * last: while anything is missing, there is something to restore it from.
 *
 * `mayFill`: what the trash has no more, the folder or the copy, may be made anew from the commits.
 */
export function decideBackStep(seen: TrashSeen, was: TrashedFacts, mayFill: boolean): BackStep {
  const isDue = was.state === "live" && seen.home !== "ours";
  if (isDue && seen.home === "other") return { kind: "blocked", because: "path_taken" };
  const isFolderLost = isDue && !seen.isInTrash;
  const isCopyLost = was.state === "live" && was.gitDirName !== null && seen.isRegistered === false && !seen.hasCopy;
  if (mayFill && (isFolderLost || isCopyLost)) return { kind: "step", step: "fill" };
  if (isFolderLost) return { kind: "blocked", because: "folder_gone" };
  if (isDue) return { kind: "step", step: "move" };
  if (seen.isRegistered === false && seen.hasCopy) return { kind: "step", step: "register" };
  if (seen.isRegistered === true && seen.lock === "only_in_copy") return { kind: "step", step: "lock" };
  // Without its repository it cannot be whole: the copy is all that there is of its index.
  if (seen.hasCopy && seen.isRegistered === null) return { kind: "blocked", because: "repository_gone" };
  if (seen.hasCopy) return { kind: "step", step: "drop_copy" };
  return { kind: "done" };
}

/**
 * Decides what a start does with a deletion that a crash interrupted. A deletion is never forced through: what had been moved comes back,
 * and the person's work is looked at anew. A restore and a purge, which a person asked for, are finished.
 */
export function decideTrashRecovery(state: TrashState): "nothing" | "judge" | "bring_back_and_judge" | "restore" | "purge" {
  switch (state) {
    case "kept":
      return "nothing";
    case "intended":
      return "judge";
    case "moving":
      return "bring_back_and_judge";
    case "restoring":
      return "restore";
    case "purging":
      return "purge";
  }
}
