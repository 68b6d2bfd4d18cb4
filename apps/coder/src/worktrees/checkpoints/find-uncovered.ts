import { lstat, opendir } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import { readKnownNested } from "./known-nested.ts";
import type { RawWorktree } from "./raw-worktree.ts";

/** Nested repositories that a checkpoint records only by their commit, each with a trailing slash. */
export interface Uncovered {
  /** Those with uncommitted files, or whose state is unknown. */
  edited: BytePath[];
  /** Submodules that were never fetched: their folder is empty. */
  unfetched: BytePath[];
}

const TOGETHER = 4;
const MAX_DEPTH = 3;
const DOT_GIT = BytePath.of(".git");
const STATUS = ["status", "--porcelain", "-z", "--untracked-files=normal"];

/** Checks each nested repository with its own git; starts none if there are no nested repositories. */
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
  // A repository that is gone is an ordinary change.
  if (!isFolder) return "covered";
  const hasGit = await isThere(BytePath.toFile(root, BytePath.join(name, DOT_GIT)));
  if (!hasGit) return (await isEmpty(folder)) ? "unfetched" : "edited";
  // A repository that cannot be read is not known to be safe.
  return (await isEdited(git, `${root}/${BytePath.toText(name)}`, depth).catch(() => true)) ? "edited" : "covered";
}

/**
 * Returns whether a nested repository has uncommitted work. The outer git only compares its commit, so the nested repository itself is
 * asked.
 */
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

/** Lists the paths of submodules, as the repository itself declares them. */
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
