import type { ListedWorktree } from "@boocode/shared/worktrees/adopting/decide-adopt";
import type { Git } from "../../platform/git/git.ts";

/** Lists the worktrees that git knows of a repository, its own folder first. Faults: those of git. */
export async function listWorktreesOfGit(git: Git, projectPath: string): Promise<ListedWorktree[]> {
  const { text } = await git.read(projectPath, ["worktree", "list", "--porcelain"], { maxOutputBytes: 16 * 1024 * 1024 });
  return toListedWorktrees(text);
}

/** Reads the output of `git worktree list --porcelain`. `-z` is unknown to git below 2.36; a path with a line break is not found. */
function toListedWorktrees(text: string): ListedWorktree[] {
  return text
    .split("\n\n")
    .filter((block) => block.trim() !== "")
    .map((block, place) => {
      const lines = block.trim().split("\n");
      const value = (name: string) => lines.find((line) => line === name || line.startsWith(`${name} `))?.slice(name.length + 1);
      return {
        path: value("worktree") ?? "",
        head: value("HEAD") ?? null,
        branch: value("branch")?.replace(/^refs\/heads\//, "") ?? null,
        lock: value("locked") ?? null,
        isMissing: value("prunable") !== undefined,
        isMain: place === 0,
      };
    });
}
