import { posix } from "node:path";

/** Converts a path named by an agent into git's form: relative to the worktree and normalised. */
export function toNamedPath(worktreePath: string, named: string): string {
  const absolute = posix.resolve(worktreePath, named);
  return posix.relative(worktreePath, absolute);
}
