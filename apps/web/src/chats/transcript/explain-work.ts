/** What a turn is about, as far as the page knows. */
export interface Work {
  phase: "starting" | "working" | "asking" | "stopping";
  /** What a person calls the agent. */
  agentName: string;
  /** The session's files are on the disk. */
  hasWorktree: boolean;
  /** The agent has said or done something in this turn. */
  hasBegun: boolean;
}

/** A few words: what a turn is doing, or what it waits for. */
export function explainWork({ phase, agentName, hasWorktree, hasBegun }: Work): string {
  switch (phase) {
    case "stopping":
      return "Stopping…";
    case "asking":
      return "Waits for your answer";
    case "starting":
      return hasWorktree ? `Starting ${agentName}` : "Making the session's worktree";
    case "working":
      return hasBegun ? "Working" : `Waiting for ${agentName}'s first word`;
  }
}
