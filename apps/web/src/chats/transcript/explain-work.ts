import type { BackendKind } from "@boocode/shared/agents/agent";
import { decideStopStage, type StopStage } from "@boocode/shared/agents/turns/stop-steps";
import type { TaskStep } from "@boocode/shared/tasks/task";

/** The page's knowledge of a turn in progress. */
export interface Work {
  phase: "starting" | "working" | "asking" | "stopping";
  /** The agent's display name. */
  agentName: string;
  /** How the agent is driven; null if that is not known. */
  transport: BackendKind | null;
  /** What the daemon does before the turn begins; null if that is not known. */
  step: TaskStep | null;
  /** True if the session's files exist on disk. */
  hasWorktree: boolean;
  /** True once the agent has said or done something in this turn. */
  hasBegun: boolean;
}

/** Describes in a few words what a turn is doing or waiting for, `elapsedMs` after the phase began as far as the page knows. */
export function explainWork({ phase, agentName, transport, step, hasWorktree, hasBegun }: Work, elapsedMs = 0): string {
  switch (phase) {
    case "stopping":
      return explainStop(decideStopStage(elapsedMs, transport), agentName);
    case "asking":
      return "Waits for your answer";
    case "starting":
      return explainStep(step ?? (hasWorktree ? "agent" : "worktree"), agentName);
    case "working":
      return hasBegun ? "Working" : `Waiting for ${agentName}'s first output`;
  }
}

function explainStop(stage: StopStage, agentName: string): string {
  switch (stage) {
    case "asked":
      return "Stopping…";
    case "asked_again":
      return `Stopping… ${agentName} was asked again`;
    case "ending_process":
      return `Stopping… ${agentName} does not stop when asked, so its process is being ended`;
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
