import { chmod, glob, lstat } from "node:fs/promises";
import { join } from "node:path";
import { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import { splitNul } from "../../platform/git/git-output.ts";
import type { Git } from "../../platform/git/git.ts";

const MAX_FILES = 500;
const MAX_FILE_BYTES = 20 * 1024 * 1024;
const MAX_LOOKED_AT = 2_000;
/** The number of paths per command line. */
const PATHS_TOGETHER = 200;

export interface CopiedFiles {
  copied: string[];
  /** The paths not copied, each with the reason. */
  left: string[];
}

/**
 * Copies ignored files of the project's checkout that match patterns to the same paths in a worktree. Existing files are kept; tracked
 * files are never copied; no path may lead out of either folder.
 */
export async function copyIgnored(git: Git, from: string, to: string, patterns: readonly string[]): Promise<CopiedFiles> {
  const result: CopiedFiles = { copied: [], left: [] };
  const found = await findMatches(from, patterns, result);
  const [source, target] = await Promise.all([ConfinedFolder.open(from), ConfinedFolder.open(to)]);
  for (const path of (await listIgnored(git, from, found)).slice(0, MAX_FILES)) {
    try {
      const kind = await source.kindOf(path);
      if (kind === "folder" || (await target.kindOf(path)) !== null) continue;
      if (kind !== "file") throw new Error("it is not a regular file");
      const { bytes, sizeBytes } = await source.readFile(path, MAX_FILE_BYTES);
      if (sizeBytes > bytes.length) throw new Error("it is too large");
      await target.writeFile(path, bytes);
      await chmod(join(to, path), (await lstat(join(from, path))).mode & 0o777);
      result.copied.push(path);
    } catch (error) {
      result.left.push(`${path}: ${(error as Error).message}`);
    }
  }
  return result;
}

async function findMatches(from: string, patterns: readonly string[], { left }: CopiedFiles): Promise<string[]> {
  const inside = patterns.filter((pattern) => {
    const isInside = !pattern.startsWith("/") && !pattern.split("/").includes("..");
    if (!isInside) left.push(`${pattern}: it leads out of the repository`);
    return isInside;
  });
  const found = new Set<string>();
  // Installed dependencies are created again by the setup, not copied.
  for await (const path of glob(inside, { cwd: from, exclude: ["**/node_modules/**", "**/.git/**", ".git"] })) {
    if (found.size >= MAX_LOOKED_AT) break;
    found.add(path);
  }
  return [...found].sort();
}

/** Lists the ignored files among the paths and everything below them. */
async function listIgnored(git: Git, root: string, paths: readonly string[]): Promise<string[]> {
  const ignored = new Set<string>();
  for (let place = 0; place < paths.length; place += PATHS_TOGETHER) {
    const some = paths.slice(place, place + PATHS_TOGETHER);
    const { stdout } = await git.read(root, ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", ...some]);
    for (const path of splitNul(stdout)) ignored.add(path);
  }
  return [...ignored];
}
