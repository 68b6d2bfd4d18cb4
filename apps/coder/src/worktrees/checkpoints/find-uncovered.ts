import { lstat, opendir } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import { readKnownNested } from "./known-nested.ts";
import type { RawWorktree } from "./raw-worktree.ts";

/** Repositories inside a worktree that a checkpoint notes by their commit alone, each with a slash at its end. */
export interface Uncovered {
  /** With files that no commit of theirs has, or that cannot be told of. */
  edited: BytePath[];
  /** Submodules of which nothing was fetched: their folder is empty. */
  unfetched: BytePath[];
}

const TOGETHER = 4;
const MAX_DEPTH = 3;
const DOT_GIT = BytePath.of(".git");
const STATUS = ["status", "--porcelain", "-z", "--untracked-files=normal"];

/** Looks into each repository inside, with a git of its own: none where there is none. */
export async function findUncovered(worktree: RawWorktree): Promise<Uncovered> {
  const found: Uncovered = { edited: [], unfetched: [] };
  const known = await readKnownNested(worktree);
  for (let start = 0; start < known.length; start += TOGETHER) {
    const some = known.slice(start, start + TOGETHER);
    const states = await Promise.all(some.map((name) => lookAt(worktree.git, worktree.path, name, MAX_DEPTH)));
    for (const [place, state] of states.entries()) if (state !== "covered") found[state].push(BytePath.asFolder(some[place]!));
  }
  return found;
}

async function lookAt(git: Git, root: string, name: BytePath, depth: number): Promise<"covered" | keyof Uncovered> {
  const folder = BytePath.toFile(root, name);
  const isFolder = await lstat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  // One that is gone is a change like any other.
  if (!isFolder) return "covered";
  const hasGit = await isThere(BytePath.toFile(root, BytePath.join(name, DOT_GIT)));
  if (!hasGit) return (await isEmpty(folder)) ? "unfetched" : "edited";
  // What cannot be looked at is not known to be safe.
  return (await isEdited(git, `${root}/${BytePath.toText(name)}`, depth).catch(() => true)) ? "edited" : "covered";
}

/** Git tells of a repository within this one only whether it is at another commit: what lies in it is asked of itself. */
async function isEdited(git: Git, path: string, depth: number): Promise<boolean> {
  const { stdout } = await git.read(path, STATUS);
  if (stdout.length > 0) return true;
  if (!(await isThere(`${path}/.gitmodules`))) return false;
  if (depth === 0) return true;
  const paths = await listPaths(git, path);
  if (paths.length === 0) return false;
  const listed = await git.read(path, ["ls-files", "-z", "--stage", "--", ...paths]);
  const inner = listed.stdout
    .toString("latin1")
    .split("\0")
    .filter((entry) => entry.startsWith("160000 "));
  for (const entry of inner) {
    const state = await lookAt(git, path, BytePath.of(entry.slice(entry.indexOf("\t") + 1)), depth - 1);
    if (state === "edited") return true;
  }
  return false;
}

/** Where submodules lie, as the repository itself says. */
async function listPaths(git: Git, path: string): Promise<string[]> {
  const { stdout } = await git.read(path, ["config", "--file", ".gitmodules", "-z", "--get-regexp", String.raw`^submodule\..*\.path$`], {
    exitCodes: [0, 1],
  });
  return stdout
    .toString("utf8")
    .split("\0")
    .flatMap((entry) => (entry === "" ? [] : [entry.slice(entry.indexOf("\n") + 1)]));
}

async function isEmpty(folder: Buffer): Promise<boolean> {
  const opened = await opendir(folder).catch(() => null);
  const first = await opened?.read();
  await opened?.close();
  return opened !== null && first === null;
}

const isThere = (path: string | Buffer) =>
  lstat(path).then(
    () => true,
    () => false,
  );
