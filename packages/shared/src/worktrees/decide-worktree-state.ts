import type { Worktree } from "./worktree.ts";

/** What a cheap look at a worktree's place found, without git. */
export type WorktreeLook =
  | { kind: "absent" }
  /** A file, a link, or anything else that is no folder. */
  | { kind: "other" }
  | {
      kind: "folder";
      inode: string;
      /** A branch's short name, or a commit where HEAD is detached; null where it is no checkout of ours any more. */
      head: string | null;
    };

/**
 * What a look says of a worktree. Identity is the folder's inode: another folder at the same place is another folder, and so is
 * ours without its link to the repository. A device's number may change when the machine starts anew.
 */
export function decideWorktreeState(
  worktree: Pick<Worktree, "inode" | "head">,
  look: WorktreeLook,
): { state: "live" | "missing" | "replaced"; head: string | null } {
  if (look.kind === "absent") return { state: "missing", head: worktree.head };
  if (look.kind === "other" || look.inode !== worktree.inode || look.head === null) return { state: "replaced", head: worktree.head };
  return { state: "live", head: look.head };
}

/** Whether another branch, or none, is checked out than the one that was made for the session. */
export function isSwitched({ branch, head }: Pick<Worktree, "branch" | "head">): boolean {
  return head !== null && head !== branch;
}
