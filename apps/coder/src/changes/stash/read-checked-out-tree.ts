import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { CHECKED_OUT } from "../../worktrees/checkpoints/commit-checkpoint.ts";

/**
 * Reads the tree of a worktree's files as git first checked them out, byte for byte; null if that is the base commit's own. It is the first
 * checkpoint after the base. Faults: those of git.
 */
export async function readCheckedOutTree(git: Git, overlay: GitOverlay, { lastCheckpoint, baseCommit }: Worktree): Promise<string | null> {
  if (lastCheckpoint === null) return null;
  const argv = ["log", "--first-parent", "--reverse", "--format=%T %s", lastCheckpoint, `^${baseCommit}`, "--"];
  const { text } = await git.read(overlay.gitDir, argv, { overlay });
  const [tree, subject] = /^([0-9a-f]{40,64}) (.*)$/m.exec(text)?.slice(1) ?? [];
  return tree !== undefined && subject === CHECKED_OUT ? tree : null;
}
