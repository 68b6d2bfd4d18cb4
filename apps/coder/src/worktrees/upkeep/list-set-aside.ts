import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface SetAside {
  path: string;
  /** When it was put there. */
  at: number;
}

/** What lay in a worktree's place, or was a worktree's, and was put away, newest first. Nothing removes it. */
export async function listSetAside(worktreesDir: string): Promise<SetAside[]> {
  const found: SetAside[] = [];
  for (const folder of [".trash", ".aside"].map((name) => join(worktreesDir, name))) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      // A move changes the inode's own time and not that of its content.
      const stats = await lstat(path).catch(() => null);
      if (stats) found.push({ path, at: Math.round(stats.ctimeMs) });
    }
  }
  return found.toSorted((a, b) => b.at - a.at);
}
