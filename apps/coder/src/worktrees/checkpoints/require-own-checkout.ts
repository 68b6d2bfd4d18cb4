import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../../platform/git/git.ts";

/**
 * Rejects a worktree that git maps to another folder, or that does not belong to the project: writing files there would write elsewhere. A
 * repository's settings can cause this, for example those of a submodule. Starts no git while the settings are unchanged.
 *
 * Faults: `worktree_elsewhere`, those of git.
 */
export async function requireOwnCheckout(git: Git, projectPath: string, path: string): Promise<void> {
  const [project, own] = await Promise.all([git.dirs(projectPath), git.dirs(path)]);
  const isOurs = own.commonDir === project.commonDir && dirname(own.gitDir) === join(project.commonDir, "worktrees");
  if (own.isTopLevel && isOurs && (await readLinkBack(own.gitDir)) === join(path, ".git")) return;
  throw new DomainError({ kind: "worktree_elsewhere", path, found: own.isTopLevel ? own.gitDir : await findTopLevel(git, path) });
}

/** Reads the `.git` file for which a worktree's git directory was created. */
async function readLinkBack(gitDir: string): Promise<string> {
  return resolve(gitDir, (await readFile(join(gitDir, "gitdir"), "utf8").catch(() => "")).replace(/\n[\s\S]*$/, ""));
}

async function findTopLevel(git: Git, path: string): Promise<string> {
  const { text } = await git.read(path, ["rev-parse", "--show-toplevel"], { exitCodes: [0, 128] });
  return text || "no folder at all";
}
