import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import { lookAtWorktree } from "../watch/look-at-worktree.ts";

/**
 * Gives the branch of a worktree in which nothing has happened another name; false where something has, or git does not want to.
 * One that a crash left renamed, and not written down, is found again.
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
    // A commit, or a place it was pushed to: somebody knows it by its name.
    if (text.trim() !== baseCommit) return false;
    await git.write(path, ["branch", "-m", "--", branch, name]);
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Git renames first and then says so in its settings, which somebody else's lock may keep it from.
    const look = await lookAtWorktree(path);
    return look.kind === "folder" && look.head === name;
  }
}
