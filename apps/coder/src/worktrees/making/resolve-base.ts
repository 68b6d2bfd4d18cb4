import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../../platform/git/git.ts";

/**
 * The commit that a session begins at: the ref it names, else the project's default branch, else HEAD.
 *
 * Faults: `base_ref_not_found` for a named ref that is no commit, `no_commits`.
 */
export async function resolveBase(git: Git, projectPath: string, baseRef: string | null, defaultBranch: string | null): Promise<string> {
  const resolve = async (ref: string) => {
    const { exitCode, text } = await git.read(projectPath, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
      exitCodes: [0, 1, 128],
    });
    return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(text) ? text : null;
  };
  if (baseRef !== null) {
    const named = await resolve(baseRef);
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
