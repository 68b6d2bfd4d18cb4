/** What a person can do with a change: write it to the project's folder, to the session's worktree (if it is staged), or take it back. */
export type Verb = "apply" | "write" | "reject";

/** What may stand in the way of a button. */
export interface Obstacles {
  /** The agent whose turn runs in the worktree; null if none does. */
  running: string | null;
  /** True while the daemon cannot be reached. */
  isOffline: boolean;
}

/** Why something cannot be done now, as a sentence; null if it can. `isStaged`: the change is staged, and not in the worktree. */
export function explainDisabled(verb: Verb | "restore", { running, isOffline }: Obstacles, isStaged = false): string | null {
  if (isOffline) return "BooCode does not answer. This works again once the connection is back.";
  if (running === null || !writesToWorktree(verb, isStaged)) return null;
  return `${running} is working in the same files. This waits until its turn ends.`;
}

/** A staged change that is applied goes to the worktree too; one that is rejected was never there. */
function writesToWorktree(verb: Verb | "restore", isStaged: boolean): boolean {
  if (verb === "apply") return isStaged;
  return verb !== "reject" || !isStaged;
}
