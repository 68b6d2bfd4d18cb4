import type { TurnEndItem } from "../../chats/transcript.ts";
import type { PendingChange } from "../pending-change.ts";

/**
 * Whether "Restore to before this turn" has anything to take back: the turn wrote files, or what it staged is still staged. What it staged
 * and the person has since written, applied or rejected is the person's doing, and is undone there.
 */
export function canRestoreTurn(
  { taskId, filesChanged, filesStaged }: Pick<TurnEndItem, "taskId" | "filesChanged" | "filesStaged">,
  changes: readonly Pick<PendingChange, "location" | "taskIds">[],
): boolean {
  if (taskId === null) return false;
  return filesChanged > filesStaged || changes.some((change) => change.location === "staged" && change.taskIds.includes(taskId));
}
