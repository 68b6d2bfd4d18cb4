import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../../platform/git/git.ts";

/**
 * Finds the commit at which a session starts: the ref it names (a branch before a tag), else the project's default branch, else HEAD.
 *
 * Faults: `base_ref_not_found` for a named ref that is not a commit, `no_commits`.
 */
export async function resolveBase(git: Git, projectPath: string, baseRef: string | null, defaultBranch: string | null): Promise<string> {
  const resolve = (ref: string) => resolveCommit(git, projectPath, ref);
  if (baseRef !== null) {
    // Git itself would prefer a tag of the same name.
    const named = (await resolve(`refs/heads/${baseRef}`)) ?? (await resolve(baseRef));
    if (named === null) throw new DomainError({ kind: "base_ref_not_found", baseRef });
    return named;
  }
  // The default branch was recorded when the project was registered and may have been renamed since.
  const found = (defaultBranch === null ? null : await resolve(defaultBranch)) ?? (await resolve("HEAD"));
  if (found === null) throw new DomainError({ kind: "no_commits", path: projectPath });
  return found;
}

/** Returns whether a session can start at a ref: a branch, a tag or a commit. Faults: those of git. */
export async function hasBase(git: Git, projectPath: string, ref: string): Promise<boolean> {
  try {
    await resolveBase(git, projectPath, ref, null);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "base_ref_not_found") return false;
    throw error;
  }
}

/** Git's messages for an unreadable repository, as opposed to an unknown name. */
const UNREADABLE = /packed-refs|corrupt|unable to|permission denied|not a git repository|object file|dubious ownership/i;

/** Resolves a name to a commit; null if there is none. Faults: those of git, if it cannot read the repository's refs. */
async function resolveCommit(git: Git, path: string, name: string): Promise<string | null> {
  try {
    const argv = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    const { exitCode, text } = await git.read(path, argv, { exitCodes: [0, 1] });
    return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(text) ? text : null;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "git_failed" && !UNREADABLE.test(error.fault.stderrTail)) return null;
    throw error;
  }
}
