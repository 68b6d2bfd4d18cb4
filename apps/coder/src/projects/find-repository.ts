import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git } from "../platform/git/git.ts";
import { readTypedPath } from "./expand-home.ts";

export interface FoundRepository {
  /** Absolute path of the top level, with symbolic links resolved. */
  path: string;
  /** Full ref that sessions start from by default; null if HEAD is detached and no remote has a default. */
  defaultBranch: string | null;
}

/**
 * Finds the repository a folder belongs to. A subfolder resolves to its top level; a linked worktree counts as a repository.
 *
 * Faults: `path_not_absolute`, `path_not_found`, `not_a_directory`, `path_unreadable`, `not_a_repository`, `bare_repository`, `no_commits`.
 */
export async function findRepository(git: Git, given: string, home: string): Promise<FoundRepository> {
  const folder = await openFolder(await readTypedPath(given, { home }));
  const dirs = await git.dirs(folder).catch((error: unknown) => {
    throw toRepositoryFault(error, folder);
  });
  if (dirs.isBare) throw new DomainError({ kind: "bare_repository", path: folder });
  const top = await git.read(folder, ["rev-parse", "--show-toplevel"], { exitCodes: [0, 128] });
  // Inside `.git` there is no top level. A repository's own setting may also point elsewhere, to a folder the person did not choose.
  if (top.exitCode !== 0 || !contains(top.text, folder)) throw new DomainError({ kind: "not_a_repository", path: folder });
  const path = await realpath(top.text);
  // If git cannot read the refs, it fails differently: that does not mean there are no commits.
  const head = await git.read(path, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { exitCodes: [0, 1] });
  if (head.exitCode !== 0) throw new DomainError({ kind: "no_commits", path });
  return { path, defaultBranch: await findDefaultBranch(git, path) };
}

/** Returns true if `path` is `folder` or below it. Both must be absolute. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith("../") && !isAbsolute(way));
}

async function openFolder(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new DomainError({ kind: "path_not_absolute", path });
  try {
    const found = await stat(path);
    if (!found.isDirectory()) throw new DomainError({ kind: "not_a_directory", path });
    await access(path, constants.R_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOENT" || code === "ENOTDIR") throw new DomainError({ kind: "path_not_found", path }, { cause: error });
    throw new DomainError({ kind: "path_unreadable", path, reason: code }, { cause: error });
  }
}

function toRepositoryFault(error: unknown, path: string): unknown {
  if (!(error instanceof DomainError) || error.fault.kind !== "git_failed") return error;
  const said = error.fault.stderrTail;
  if (said.includes("not a git repository")) return new DomainError({ kind: "not_a_repository", path }, { cause: error });
  if (said.includes("dubious ownership"))
    return new DomainError({ kind: "path_unreadable", path, reason: "It belongs to another user." }, { cause: error });
  return error;
}

async function findDefaultBranch(git: Git, path: string): Promise<string | null> {
  const follow = async (name: string) => {
    const { exitCode, text } = await git.read(path, ["symbolic-ref", "--quiet", name], { exitCodes: [0, 1] });
    return exitCode === 0 ? text : null;
  };
  const exists = async (ref: string) =>
    (await git.read(path, ["show-ref", "--verify", "--quiet", ref], { exitCodes: [0, 1] })).exitCode === 0;
  const remote = await follow("refs/remotes/origin/HEAD");
  if (remote !== null) {
    // The local branch of that name may have unpushed work.
    const local = remote.replace(/^refs\/remotes\/origin\//, "refs/heads/");
    if (await exists(local)) return local;
    if (await exists(remote)) return remote;
  }
  return follow("HEAD");
}
