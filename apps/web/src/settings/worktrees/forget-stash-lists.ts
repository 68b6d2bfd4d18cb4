import { queryClient, trpc } from "../../api/trpc.ts";

/** Has both lists of stashes asked for again: what leaves one is in the other. */
export async function forgetStashLists(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries(trpc.worktreeRisk.stashes.pathFilter()),
    queryClient.invalidateQueries(trpc.worktreeRisk.droppedStashes.pathFilter()),
  ]);
}
