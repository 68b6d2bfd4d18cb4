import { DomainError } from "@boocode/shared/faults/domain-error";
import { pickBranchName } from "@boocode/shared/worktrees/branch-name";
import type { WorktreeLook } from "@boocode/shared/worktrees/decide-worktree-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import { lookAtWorktree } from "../watch/look-at-worktree.ts";
import { listOwnBranches } from "./list-branches.ts";

/**
 * Renames the branch of an unused worktree to the first of `names` that is free, and returns it; null if the worktree has been used or git
 * refuses. A rename that a crash left unrecorded is recognised.
 */
export async function renameBranch(
  git: Git,
  { path, branch, baseCommit }: Pick<Worktree, "path" | "branch" | "baseCommit">,
  names: readonly string[],
): Promise<string | null> {
  const findNamed = (look: WorktreeLook) => (look.kind === "folder" ? (names.find((name) => name === look.head) ?? null) : null);
  try {
    const look = await lookAtWorktree(path);
    if (look.kind !== "folder") return null;
    if (look.head !== branch) return findNamed(look);
    const { text } = await git.read(path, ["for-each-ref", "--format=%(objectname) %(upstream)", `refs/heads/${branch}`]);
    // The branch has a commit or was pushed: someone may know it by its name.
    if (text.trim() !== baseCommit) return null;
    const name = pickBranchName(names, await listOwnBranches(git, path));
    await git.write(path, ["branch", "-m", "--", branch, name]);
    return name;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Git renames the branch first and then updates its settings, where someone else's lock can make it fail.
    return findNamed(await lookAtWorktree(path));
  }
}
