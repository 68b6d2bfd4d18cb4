import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RiskOperation } from "@boocode/shared/worktrees/risk-report";

/** What shows that git is in the middle of something, the most telling first. */
const SIGNS: readonly (readonly [name: string, operation: RiskOperation])[] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply/applying", "am"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry_pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
];

/** Returns what git is in the middle of in a worktree, from its own git directory. Rejects if that cannot be read. */
export async function lookAtOperation(gitDir: string): Promise<RiskOperation | null> {
  // The directory itself must be there: without it, nothing in it says nothing.
  await lstat(join(gitDir, "HEAD"));
  for (const [name, operation] of SIGNS) if (await isThere(join(gitDir, name))) return operation;
  // Between two commits of a series, only the list of what is left remains.
  const todo = await readFile(join(gitDir, "sequencer/todo"), "utf8").catch(nullIfAbsent);
  return todo === null ? null : /^\s*revert\b/m.test(todo) ? "revert" : "cherry_pick";
}

const isThere = async (path: string) => (await lstat(path).catch(nullIfAbsent)) !== null;

function nullIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}
