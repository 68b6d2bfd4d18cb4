import { readdir } from "node:fs/promises";
import { join } from "node:path";

const MAX_DEPTH = 6;
const MAX_DIRS = 100;

/**
 * Lists the git directories of all submodules below a git directory, nested ones included. A submodule name may contain slashes, so its
 * directory may be several levels down. Throws if there are more than the limit.
 */
export async function listSubmoduleDirs(gitDir: string): Promise<string[]> {
  const found: string[] = [];
  await search(join(gitDir, "modules"), 0, found);
  return found;
}

async function search(folder: string, depth: number, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === "HEAD") && entries.some(({ name }) => name === "config")) {
    found.push(folder);
    if (found.length > MAX_DIRS) throw new Error(`More than ${MAX_DIRS} submodules`);
    return search(join(folder, "modules"), depth + 1, found);
  }
  if (depth > MAX_DEPTH) return;
  for (const entry of entries) if (entry.isDirectory()) await search(join(folder, entry.name), depth + 1, found);
}
