import type { Git } from "../../platform/git/git.ts";
import { joinNul } from "../../platform/git/git-output.ts";
import type { IndexState } from "../../worktrees/removal/looks/read-status.ts";

/** One path of a worktree's own index that differs from HEAD. `path` has one character per byte. */
export interface IndexEntry {
  path: string;
  head: IndexState;
  index: IndexState;
}

/** Sets paths of a worktree's own index to what HEAD has, or back to what they were. Other paths stay. Faults: those of git. */
export async function restoreIndex(git: Git, path: string, entries: readonly IndexEntry[], to: "head" | "index"): Promise<void> {
  if (entries.length === 0) return;
  const none = "0".repeat(entries.flatMap(({ head, index }) => [head, index]).find((state) => state !== null)?.oid.length ?? 40);
  // A file may take the place of a folder, so all that goes goes first.
  const lines = entries
    .toSorted((a, b) => Number(a[to] !== null) - Number(b[to] !== null))
    .map((entry) => `${entry[to]?.mode ?? "0"} ${entry[to]?.oid ?? none}\t${entry.path}`);
  await git.write(path, ["update-index", "--add", "--replace", "-z", "--index-info"], { stdin: joinNul(lines) });
}
