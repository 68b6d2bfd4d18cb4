import type { PendingChange } from "../pending-change.ts";

/** Puts the authors of staged changes, which have just been written to the worktree, before those of the present rows of the same files. */
export function putRowsFirst(present: readonly PendingChange[], latest: readonly PendingChange[]): PendingChange[] {
  const byPath = new Map(present.map((row) => [row.path, row]));
  for (const row of latest) {
    const before = byPath.get(row.path) ?? (row.previousPath === undefined ? undefined : byPath.get(row.previousPath));
    byPath.set(row.path, {
      ...row,
      location: "worktree",
      agents: [...new Set([...row.agents, ...(before?.agents ?? [])])],
      chatIds: [...new Set([...row.chatIds, ...(before?.chatIds ?? [])])],
      taskIds: [...new Set([...row.taskIds, ...(before?.taskIds ?? [])])],
    });
  }
  return [...byPath.values()];
}
