import { WorktreeId } from "../ids.ts";
import type { RiskReport } from "../worktrees/risk-report.ts";

/** A report of a worktree in which nothing is at risk, with the given fields instead. */
export function buildRiskReport(given: Partial<RiskReport> = {}): RiskReport {
  return {
    worktreeId: WorktreeId.parse("wt_1"),
    path: "/data/worktrees/ses_1",
    branch: "boocode/parser-1",
    defaultBranch: "main",
    dirty: false,
    dirtyFiles: [],
    dirtyCount: 0,
    untracked: 0,
    untrackedFiles: [],
    precious: 0,
    preciousFiles: [],
    unpushed: -1,
    unmerged: 0,
    commits: [],
    detached: false,
    operation: null,
    nestedRepositories: [],
    stashes: 0,
    runningTasks: 0,
    stagedChanges: 0,
    liveProcesses: [],
    verdict: "safe",
    unknown: [],
    ...given,
  };
}
