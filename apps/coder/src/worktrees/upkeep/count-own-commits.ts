import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";

const MOST = 1_000;
const OID = /^[0-9a-f]{40,64}$/;

/** Counts the commits that would be on no branch and no remote without a worktree, up to a thousand; null if git cannot tell. */
export async function countOwnCommits(
  { db, git }: { db: Database; git: Git },
  { projectId, branch, head }: Worktree,
): Promise<number | null> {
  try {
    const project = await findProject(db.read, projectId);
    if (!project) return null;
    const isDetached = head !== null && OID.test(head);
    // If HEAD is detached, the worktree's own branch stays behind.
    const tips = [...(isDetached ? ["--ignore-missing", head] : []), `refs/heads/${branch}`];
    const others = ["--not", `--exclude=${branch}`, "--branches", "--remotes"];
    const { text } = await git.inBackground().read(project.path, ["rev-list", "--count", `--max-count=${MOST}`, ...tips, ...others]);
    const counted = Number(text);
    return Number.isInteger(counted) ? counted : null;
  } catch {
    return null;
  }
}
