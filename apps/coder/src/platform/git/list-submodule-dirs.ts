import { readdir } from "node:fs/promises";
import { join } from "node:path";

const MAX_DEPTH = 6;
const MAX_DIRS = 100;

/**
 * The git directories of the submodules that a git directory holds, those of their own included. A submodule's name may have slashes, and
 * then its directory lies deeper. Throws where there are more than anybody looks through.
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
