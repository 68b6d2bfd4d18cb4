import type { RiskOperation } from "../worktrees/risk-report.ts";
import type { GitAction, GitRunProblem } from "./git-status.ts";

/** What is known of a git that has ended. */
export interface EndedRun {
  action: GitAction;
  isSuccess: boolean;
  /** What git is in the middle of afterwards. */
  operation: RiskOperation | null;
  /** What it wrote to the terminal. */
  output: string;
}

/** What a remote says that has commits which the branch lacks; git does not translate it. */
const REJECTED = /\[(?:remote )?rejected\].*\((?:non-fast-forward|fetch first|needs force)\)/;

/** Decides why a git did not do what it was asked to; null if it did. */
export function decideRunProblem({ action, isSuccess, operation, output }: EndedRun): GitRunProblem | null {
  if (isSuccess) return null;
  if ((action === "update" || action === "continue") && operation !== null) return "conflicts";
  if ((action === "push" || action === "pull_request") && REJECTED.test(output)) return "not_fast_forward";
  return "failed";
}
