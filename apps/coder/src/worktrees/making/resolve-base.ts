import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../../platform/git/git.ts";

/**
 * The commit that a session begins at: the ref it names, a branch before a tag, else the project's default branch, else HEAD.
 *
 * Faults: `base_ref_not_found` for a named ref that is no commit, `no_commits`.
 */
export async function resolveBase(git: Git, projectPath: string, baseRef: string | null, defaultBranch: string | null): Promise<string> {
  const resolve = (ref: string) => resolveCommit(git, projectPath, ref);
  if (baseRef !== null) {
    // Git itself would take a tag of the same name for it.
    const named = (await resolve(`refs/heads/${baseRef}`)) ?? (await resolve(baseRef));
    if (named === null) throw new DomainError({ kind: "base_ref_not_found", baseRef });
    return named;
  }
  // The default branch was noted when the project was registered; since then it may have been renamed.
  const found = (defaultBranch === null ? null : await resolve(defaultBranch)) ?? (await resolve("HEAD"));
  if (found === null) throw new DomainError({ kind: "no_commits", path: projectPath });
  return found;
}

/** Whether a session can begin there: a branch, a tag or a commit. Faults: those of git. */
export async function hasBase(git: Git, projectPath: string, ref: string): Promise<boolean> {
  try {
    await resolveBase(git, projectPath, ref, null);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "base_ref_not_found") return false;
    throw error;
  }
}

/** What git says where it cannot read the repository, rather than that there is no such name. */
const UNREADABLE = /packed-refs|corrupt|unable to|permission denied|not a git repository|object file|dubious ownership/i;

/** The commit that a name stands for; null where there is none. Faults: those of git, where it cannot read the repository's refs. */
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
