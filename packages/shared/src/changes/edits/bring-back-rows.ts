import type { PendingChange } from "../pending-change.ts";

/**
 * Merges the rows that an edit judged into the present ones, so that the authors of what an undo brings back are known again. Where both
 * have a row for a path, the present row comes first.
 */
export function bringBackRows(present: readonly PendingChange[], back: readonly PendingChange[]): PendingChange[] {
  const byPath = new Map(back.map((row) => [row.path, row]));
  const merged = present.map((row) => {
    const earlier = byPath.get(row.path);
    byPath.delete(row.path);
    if (!earlier) return row;
    const { agents, chatIds, taskIds } = earlier;
    return {
      ...row,
      agents: [...new Set([...row.agents, ...agents])],
      chatIds: [...new Set([...row.chatIds, ...chatIds])],
      taskIds: [...new Set([...row.taskIds, ...taskIds])],
    };
  });
  return [...merged, ...byPath.values()];
}
