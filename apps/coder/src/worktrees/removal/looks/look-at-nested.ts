import { createHash } from "node:crypto";
import { lstat, opendir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../../platform/git/byte-path.ts";
import type { Git } from "../../../platform/git/git.ts";
import type { Limit } from "./limit.ts";
import { readIndex } from "./read-index.ts";
import { walkWorktree } from "./walk-worktree.ts";

const STATUS = ["status", "--porcelain", "-z", "--untracked-files=normal"];
const MAX_FILES = 200_000;

export interface NestedInput {
  git: Git;
  path: string;
  /** Folders that have a `.git` of their own. */
  nested: readonly BytePath[];
  /** Paths that the index records as submodules. */
  submodules: readonly BytePath[];
  limit: Limit;
}

/** Other repositories inside a worktree whose work is nowhere else. */
export interface NestedLook {
  repositories: BytePath[];
  /** A hash of the times and sizes of all their files, for the consent. */
  digest: string;
}

/**
 * Finds nested repositories, which exist only here, and submodules with work of their own: uncommitted files, commits or stashes that no
 * remote has, or files where there is no repository any more.
 */
export async function lookAtNested({ git, path, nested, submodules, limit }: NestedInput): Promise<NestedLook> {
  const known = new Set(submodules.map(BytePath.toBytes));
  const repositories = nested.filter((name) => !known.has(BytePath.toBytes(name)));
  const fetched = new Set(nested.map(BytePath.toBytes));
  for (const name of submodules) {
    limit.check();
    const isFetched = fetched.has(BytePath.toBytes(name));
    if (isFetched ? await hasOwnWork(git, join(path, BytePath.toText(name)), limit) : await hasFiles(BytePath.toFile(path, name)))
      repositories.push(name);
  }
  const digests: string[] = [];
  for (const name of repositories) digests.push(await digestFolder(BytePath.toFile(path, name), limit));
  return { repositories, digest: createHash("sha256").update(digests.join("\0")).digest("hex") };
}

/** Whether a submodule has uncommitted files, commits or stashes that no remote has. One that git cannot read may have. */
async function hasOwnWork(git: Git, folder: string, limit: Limit): Promise<boolean> {
  try {
    const { stdout } = await git.read(folder, [...STATUS], { limitMs: limit.leftMs });
    if (stdout.length > 0) return true;
    const own = await git.read(folder, ["rev-list", "--max-count=1", "HEAD", "--all", "--not", "--remotes"], { limitMs: limit.leftMs });
    if (own.text !== "") return true;
    // Git would look into its submodules under their own settings, which nobody has seen: each is asked by itself.
    const { nested } = await walkWorktree(folder, limit);
    const { gitDir } = await git.dirs(folder);
    const { submodules } = await readIndex(git, folder, gitDir, limit);
    return (await lookAtNested({ git, path: folder, nested, submodules, limit })).repositories.length > 0;
  } catch {
    return true;
  }
}

async function hasFiles(folder: Buffer): Promise<boolean> {
  const opened = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  const first = await opened?.read();
  await opened?.close();
  return Boolean(first);
}

/** Hashes names, sizes, times and identities: any write changes them, and the objects of a repository need not be read. */
async function digestFolder(folder: Buffer, limit: Limit): Promise<string> {
  const hash = createHash("sha256");
  let left = MAX_FILES;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    limit.check();
    const entries = await readdir(next, { withFileTypes: true, encoding: "latin1" }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left-- <= 0) return hash.digest("hex");
      const file = Buffer.concat([next, Buffer.from("/"), Buffer.from(entry.name, "latin1")]);
      if (entry.isDirectory()) waiting.push(file);
      const found = await lstat(file, { bigint: true }).catch(() => null);
      hash.update(`${entry.name}\0${found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : "gone"}\0`);
    }
  }
  return hash.digest("hex");
}
