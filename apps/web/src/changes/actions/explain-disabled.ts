/** What a person can do with a change. */
export type Verb = "apply" | "reject";

/** What may stand in the way of a button. */
export interface Obstacles {
  /** The agent whose turn runs in the worktree; null if none does. */
  running: string | null;
  /** True while the daemon cannot be reached. */
  isOffline: boolean;
}

/** Why something cannot be done now, as a sentence; null if it can. Restoring obeys the rule of rejecting: both write to the worktree. */
export function explainDisabled(verb: Verb | "restore", { running, isOffline }: Obstacles): string | null {
  if (isOffline) return "BooCode does not answer. This works again once the connection is back.";
  if (verb === "apply" || running === null) return null;
  return `${running} is working in the same files. This waits until its turn ends.`;
}
