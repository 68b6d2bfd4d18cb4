import type { TaskStep } from "@boocode/shared/tasks/task";

/** The page's knowledge of a turn in progress. */
export interface Work {
  phase: "starting" | "working" | "asking" | "stopping";
  /** The agent's display name. */
  agentName: string;
  /** What the daemon does before the turn begins; null if that is not known. */
  step: TaskStep | null;
  /** True if the session's files exist on disk. */
  hasWorktree: boolean;
  /** True once the agent has said or done something in this turn. */
  hasBegun: boolean;
}

/** Describes in a few words what a turn is doing or waiting for. */
export function explainWork({ phase, agentName, step, hasWorktree, hasBegun }: Work): string {
  switch (phase) {
    case "stopping":
      return "Stopping…";
    case "asking":
      return "Waits for your answer";
    case "starting":
      return explainStep(step ?? (hasWorktree ? "agent" : "worktree"), agentName);
    case "working":
      return hasBegun ? "Working" : `Waiting for ${agentName}'s first output`;
  }
}

function explainStep(step: TaskStep, agentName: string): string {
  switch (step) {
    case "worktree":
      return "Making the session's worktree";
    case "setup":
      return "Setting up the session's worktree";
    case "checkpoint":
      return "Taking a checkpoint of the files";
    case "agent":
      return `Starting ${agentName}`;
  }
}
