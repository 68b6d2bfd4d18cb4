import { posix } from "node:path";

/** A path as an agent named it, as git names it: relative to the worktree, without detours. */
export function toNamedPath(worktreePath: string, named: string): string {
  const absolute = posix.resolve(worktreePath, named);
  return posix.relative(worktreePath, absolute);
}
