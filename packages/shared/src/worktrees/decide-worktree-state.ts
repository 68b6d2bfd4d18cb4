import type { Worktree } from "./worktree.ts";

/** What a cheap check of a worktree's path found, without git. */
export type WorktreeLook =
  | { kind: "absent" }
  /** A file, a link, or anything else but a folder. */
  | { kind: "other" }
  | {
      kind: "folder";
      inode: string;
      /** A branch's short name, or a commit if HEAD is detached; null if it is no longer our checkout. */
      head: string | null;
    };

/**
 * Decides the state of a worktree from a check of its path.
 *
 * The folder's inode is its identity: another folder at the same path is another folder, and so is ours without its link to the repository.
 * The device number is ignored because it may change when the machine restarts.
 */
export function decideWorktreeState(
  worktree: Pick<Worktree, "inode" | "head">,
  look: WorktreeLook,
): { state: "live" | "missing" | "replaced"; head: string | null } {
  if (look.kind === "absent") return { state: "missing", head: worktree.head };
  if (look.kind === "other" || look.inode !== worktree.inode || look.head === null) return { state: "replaced", head: worktree.head };
  return { state: "live", head: look.head };
}

/** Returns whether a different branch than the session's own, or none, is checked out. In an adopted worktree that is the person's choice. */
export function isSwitched({ branch, head, adopted }: Pick<Worktree, "branch" | "head" | "adopted">): boolean {
  return adopted !== "worktree" && head !== null && head !== branch;
}
