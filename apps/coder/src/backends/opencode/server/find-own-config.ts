import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** What opencode takes from a checkout and runs: plugins, tools, MCP servers, formatters. */
const NAMES = [".opencode", "opencode.json", "opencode.jsonc"];

/**
 * The first thing in a worktree by which it would make opencode run something, or null.
 *
 * opencode has no switch for it: its flag against a project's configuration leaves the project's plugins running (1.18).
 */
export async function findOwnConfig(worktreePath: string): Promise<string | null> {
  for (const name of NAMES) {
    const isThere = await lstat(join(worktreePath, name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
    );
    if (isThere) return name;
  }
  return null;
}
