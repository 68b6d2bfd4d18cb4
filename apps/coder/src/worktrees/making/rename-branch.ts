import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import { lookAtWorktree } from "../watch/look-at-worktree.ts";

/**
 * Renames the branch of an unused worktree; returns false if the worktree has been used or git refuses. A rename that a crash left
 * unrecorded is recognised.
 */
export async function renameBranch(
  git: Git,
  { path, branch, baseCommit }: Pick<Worktree, "path" | "branch" | "baseCommit">,
  name: string,
): Promise<boolean> {
  try {
    const look = await lookAtWorktree(path);
    if (look.kind !== "folder") return false;
    if (look.head === name) return true;
    if (look.head !== branch) return false;
    const { text } = await git.read(path, ["for-each-ref", "--format=%(objectname) %(upstream)", `refs/heads/${branch}`]);
    // The branch has a commit or was pushed: someone may know it by its name.
    if (text.trim() !== baseCommit) return false;
    await git.write(path, ["branch", "-m", "--", branch, name]);
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Git renames the branch first and then updates its settings, where someone else's lock can make it fail.
    const look = await lookAtWorktree(path);
    return look.kind === "folder" && look.head === name;
  }
}
