import type { Fault } from "../faults/fault.ts";
import type { SessionId } from "../ids.ts";
import type { GitRun, GitStatus } from "./git-status.ts";

/** Programs to run one after the other in a visible terminal, until one fails. */
export type GitSteps = readonly (readonly string[])[];

export type GitDecision<Plan> = { kind: "run"; plan: Plan } | { kind: "refuse"; fault: Fault };

/** What every decision about git looks at first. */
export interface GitFacts extends Pick<GitStatus, "branch" | "operation"> {
  sessionId: SessionId;
  /** The git that runs; null: none. */
  run: GitRun | null;
  /** The turn that runs in the worktree; null: none. */
  runningTaskId: string | null;
}

/**
 * Returns why git cannot do something now; null if it can. `isWriting`: it changes the worktree, so no turn may run and git may not be in the
 * middle of something.
 */
export function refuseGit({ sessionId, run, runningTaskId, operation }: GitFacts, { isWriting }: { isWriting: boolean }): Fault | null {
  if (run !== null && run.end === null) return { kind: "git_busy", sessionId, terminalId: run.terminalId, action: run.action };
  if (isWriting && runningTaskId !== null) return { kind: "worktree_busy", sessionId, taskId: runningTaskId };
  if (isWriting && operation !== null) return { kind: "git_operation", sessionId, operation };
  return null;
}
