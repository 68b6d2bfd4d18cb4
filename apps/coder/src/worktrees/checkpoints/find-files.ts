import { lstat } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";

/** The number of files checked in parallel: more would wait for the same few threads. */
const LOOK_TOGETHER = 64;
const DOT_GIT = BytePath.of(".git");

/**
 * Returns the names under which a worktree has a file or a link of its own: none that is reached through a link, or that is part of a
 * nested repository.
 */
export async function findFiles(root: string, names: readonly BytePath[]): Promise<BytePath[]> {
  const folders = new Map<string, Promise<boolean>>();
  const isOwnFolder = (folder: string): Promise<boolean> => {
    if (folder === "") return Promise.resolve(true);
    const known = folders.get(folder) ?? lookAtFolder(folder);
    folders.set(folder, known);
    return known;
  };
  const lookAtFolder = async (folder: string) => {
    if (!(await isOwnFolder(parentOf(folder)))) return false;
    const path = BytePath.of(folder);
    if (!(await lookAt(root, path))?.isDirectory()) return false;
    return (await lookAt(root, BytePath.join(path, DOT_GIT))) === null;
  };
  const isOwnFile = async (name: BytePath) => {
    if (!(await isOwnFolder(parentOf(BytePath.toBytes(name))))) return false;
    const found = await lookAt(root, name);
    return found !== null && (found.isFile() || found.isSymbolicLink());
  };
  const found: BytePath[] = [];
  for (let start = 0; start < names.length; start += LOOK_TOGETHER) {
    const some = names.slice(start, start + LOOK_TOGETHER);
    const isFound = await Promise.all(some.map(isOwnFile));
    found.push(...some.filter((_, place) => isFound[place]));
  }
  return found;
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const lookAt = (root: string, path: BytePath) => lstat(BytePath.toFile(root, path)).catch(() => null);
