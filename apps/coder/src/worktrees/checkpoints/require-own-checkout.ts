import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../../platform/git/git.ts";

/**
 * Refuses a worktree that git takes for another folder's, or that is not one of the project's: what writes files there would write
 * elsewhere. A repository's settings can bring that about, those of a submodule for one. Costs no git while the settings are the same.
 *
 * Faults: `worktree_elsewhere`, those of git.
 */
export async function requireOwnCheckout(git: Git, projectPath: string, path: string): Promise<void> {
  const [project, own] = await Promise.all([git.dirs(projectPath), git.dirs(path)]);
  const isOurs = own.commonDir === project.commonDir && dirname(own.gitDir) === join(project.commonDir, "worktrees");
  if (own.isTopLevel && isOurs && (await readLinkBack(own.gitDir)) === join(path, ".git")) return;
  throw new DomainError({ kind: "worktree_elsewhere", path, found: own.isTopLevel ? own.gitDir : await findTopLevel(git, path) });
}

/** The `.git` file that a worktree's git directory was made for. */
async function readLinkBack(gitDir: string): Promise<string> {
  return resolve(gitDir, (await readFile(join(gitDir, "gitdir"), "utf8").catch(() => "")).replace(/\n[\s\S]*$/, ""));
}

async function findTopLevel(git: Git, path: string): Promise<string> {
  const { text } = await git.read(path, ["rev-parse", "--show-toplevel"], { exitCodes: [0, 128] });
  return text || "no folder at all";
}
