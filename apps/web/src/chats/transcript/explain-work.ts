/** The page's knowledge of a turn in progress. */
export interface Work {
  phase: "starting" | "working" | "asking" | "stopping";
  /** The agent's display name. */
  agentName: string;
  /** True if the session's files exist on disk. */
  hasWorktree: boolean;
  /** True once the agent has said or done something in this turn. */
  hasBegun: boolean;
}

/** Describes in a few words what a turn is doing or waiting for. */
export function explainWork({ phase, agentName, hasWorktree, hasBegun }: Work): string {
  switch (phase) {
    case "stopping":
      return "Stopping…";
    case "asking":
      return "Waits for your answer";
    case "starting":
      return hasWorktree ? `Starting ${agentName}` : "Making the session's worktree";
    case "working":
      return hasBegun ? "Working" : `Waiting for ${agentName}'s first output`;
  }
}
