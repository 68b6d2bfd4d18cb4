import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** Files from which opencode loads and runs code of a checkout: plugins, tools, MCP servers, formatters. */
const NAMES = [".opencode", "opencode.json", "opencode.jsonc"];

/**
 * Finds the first file in a worktree that would make opencode run code from it, or null.
 *
 * opencode has no switch to prevent this: its flag that disables project configuration still runs the project's plugins (1.18).
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
