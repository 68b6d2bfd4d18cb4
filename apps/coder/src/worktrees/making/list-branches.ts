import type { Git } from "../../platform/git/git.ts";

/** A branch of a repository. */
export interface ListedBranch {
  /** Without `refs/heads/`. */
  name: string;
  tip: string;
  /** When its last commit was made, in milliseconds since the epoch. */
  committedAt: number;
  /** The folder in which it is checked out; null if it is nowhere. */
  checkedOutAt: string | null;
}

const HEADS = "refs/heads/";
const FIELDS = ["refname", "objectname", "committerdate:unix", "worktreepath"].map((field) => `%(${field})`).join("%00");
/** A pattern without a star also matches what is below it. */
const OWN = ["boocode", "boocode-*", "boocode-*/**"].map((pattern) => HEADS + pattern);
const LISTING = { maxOutputBytes: 64 * 1024 * 1024, limitMs: 30_000 };

/** Lists the branches of a repository, the one with the latest commit first. Faults: those of git. */
export function listBranches(git: Git, projectPath: string): Promise<ListedBranch[]> {
  return list(git, projectPath, HEADS);
}

/** Finds a branch by its name; null if there is none. Faults: those of git. */
export async function findBranch(git: Git, projectPath: string, name: string): Promise<ListedBranch | null> {
  // A pattern also matches what is below it.
  return (await list(git, projectPath, `${HEADS}${name}`)).find((branch) => branch.name === name) ?? null;
}

/** Lists the names of the branches that begin with `boocode`, in any case, without `refs/heads/`. Faults: those of git. */
export async function listOwnBranches(git: Git, projectPath: string): Promise<string[]> {
  const argv = ["for-each-ref", "--ignore-case", "--format=%(refname)", ...OWN];
  const { stdout } = await git.read(projectPath, argv, LISTING);
  return stdout
    .toString("utf8")
    .split("\n")
    .flatMap((ref) => (ref.startsWith(HEADS) ? [ref.slice(HEADS.length)] : []));
}

async function list(git: Git, projectPath: string, pattern: string): Promise<ListedBranch[]> {
  const argv = ["for-each-ref", "--sort=-committerdate", `--format=${FIELDS}`, pattern];
  const { stdout } = await git.read(projectPath, argv, LISTING);
  return stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [ref = "", tip = "", seconds = "", path = ""] = line.split("\0");
      if (!ref.startsWith(HEADS) || tip === "") return [];
      return [{ name: ref.slice(HEADS.length), tip, committedAt: Number(seconds) * 1_000, checkedOutAt: path === "" ? null : path }];
    });
}
