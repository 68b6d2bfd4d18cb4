import type { WorktreeId } from "../ids.ts";
import { MAX_NAMED, type RiskCommit, type RiskOperation, type RiskProcess, type RiskReport, type RiskVerdict } from "./risk-report.ts";

/** One thing that was looked at: its value, or why it could not be read, as a sentence. */
export type Fact<T> = { isKnown: true; value: T } | { isKnown: false; reason: string };

/** Everything the guard looks at. Lists are whole; the report cuts them. */
export interface RiskFacts {
  worktreeId: WorktreeId | null;
  path: string | null;
  branch: string | null;
  defaultBranch: string | null;
  /** Tracked files that differ in the worktree or in the index, except those that equal the project's checkout. */
  dirtyFiles: Fact<readonly string[]>;
  untrackedFiles: Fact<readonly string[]>;
  preciousFiles: Fact<readonly string[]>;
  /** -1: no upstream. */
  unpushed: Fact<number>;
  unmerged: Fact<number>;
  /** The commits behind `unpushed`, `unmerged` and `isDetached`, newest first; may be cut. */
  commits: Fact<readonly RiskCommit[]>;
  isDetached: Fact<boolean>;
  operation: Fact<RiskOperation | null>;
  nestedRepositories: Fact<readonly string[]>;
  stashes: Fact<number>;
  runningTasks: Fact<number>;
  stagedChanges: Fact<number>;
  /** Not known where an edit was interrupted and waits for a person: what of it is written, nobody can tell. */
  unsettledEdits: Fact<null>;
  liveProcesses: Fact<readonly RiskProcess[]>;
}

const MAX_REASON_CHARS = 1_000;

/**
 * Decides what would be lost with a worktree.
 *
 * A fact that could not be read makes the verdict `unknown`, whatever the others say: what is not known to be safe is not safe. The report
 * then has an empty value in its place, and the reason in `unknown`.
 */
export function assessRisk(facts: RiskFacts): RiskReport {
  const dirty = orElse(facts.dirtyFiles, []);
  const untracked = orElse(facts.untrackedFiles, []);
  const precious = orElse(facts.preciousFiles, []);
  const unknown = [...new Set(listFacts(facts).flatMap((fact) => (fact.isKnown ? [] : [fact.reason.slice(0, MAX_REASON_CHARS)])))];
  const findings = {
    worktreeId: facts.worktreeId,
    path: facts.path,
    branch: facts.branch,
    defaultBranch: facts.defaultBranch,
    dirty: dirty.length > 0,
    dirtyFiles: dirty.slice(0, MAX_NAMED),
    dirtyCount: dirty.length,
    untracked: untracked.length,
    untrackedFiles: untracked.slice(0, MAX_NAMED),
    precious: precious.length,
    preciousFiles: precious.slice(0, MAX_NAMED),
    unpushed: orElse(facts.unpushed, 0),
    unmerged: orElse(facts.unmerged, 0),
    commits: orElse(facts.commits, []).slice(0, MAX_NAMED),
    detached: orElse(facts.isDetached, false),
    operation: orElse(facts.operation, null),
    nestedRepositories: orElse(facts.nestedRepositories, []).slice(0, MAX_NAMED),
    stashes: orElse(facts.stashes, 0),
    runningTasks: orElse(facts.runningTasks, 0),
    stagedChanges: orElse(facts.stagedChanges, 0),
    liveProcesses: orElse(facts.liveProcesses, []).slice(0, MAX_NAMED),
  };
  const verdict: RiskVerdict = unknown.length > 0 ? "unknown" : isAtRisk(findings) ? "at_risk" : "safe";
  return { ...findings, verdict, unknown: unknown.slice(0, MAX_NAMED) };
}

/** An absent upstream (-1) raises no risk by itself. */
function isAtRisk(report: Omit<RiskReport, "verdict" | "unknown">): boolean {
  return (
    report.dirty ||
    report.untracked > 0 ||
    report.precious > 0 ||
    report.unpushed > 0 ||
    report.unmerged > 0 ||
    report.detached ||
    report.operation !== null ||
    report.nestedRepositories.length > 0 ||
    report.stashes > 0 ||
    report.runningTasks > 0 ||
    report.stagedChanges > 0 ||
    report.liveProcesses.length > 0
  );
}

function listFacts(facts: RiskFacts): Fact<unknown>[] {
  const { worktreeId: _id, path: _path, branch: _branch, defaultBranch: _default, ...looked } = facts;
  return Object.values(looked);
}

const orElse = <T>(fact: Fact<T>, otherwise: T): T => (fact.isKnown ? fact.value : otherwise);
