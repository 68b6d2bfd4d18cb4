import type { Fault } from "../faults/fault.ts";
import type { RiskOperation } from "../worktrees/risk-report.ts";
import { listMissing } from "./decide-commit.ts";
import { refuseGit, type GitDecision, type GitFacts, type GitSteps } from "./git-decision.ts";
import type { GitFile, GitIdentity } from "./git-status.ts";

/** The command of each operation; none for one that has no end of its own. */
const COMMAND: Readonly<Record<Exclude<RiskOperation, "bisect">, string>> = {
  merge: "merge",
  rebase: "rebase",
  am: "am",
  cherry_pick: "cherry-pick",
  revert: "revert",
};

export interface ContinueFacts extends GitFacts {
  files: readonly GitFile[];
  identity: GitIdentity;
  /** Conflicts whose files still have git's marks in them. */
  unresolved: readonly string[];
}

export interface ContinuePlan {
  /** The paths that count as resolved as they are on disk, to be named to `add`. */
  paths: readonly string[];
  /** The program that tells git so, without the paths. */
  add: readonly string[];
  steps: GitSteps;
}

/**
 * Decides how to go on with what git is in the middle of: what was in conflict counts as it is on disk. In a rebase, which began with
 * nothing uncommitted, so does every tracked file that was changed since.
 *
 * Faults: `git_busy`, `worktree_busy`, `git_no_operation`, `git_unresolved`, `git_identity_missing`, `git_operation` for one that cannot be
 * continued.
 */
export function decideContinue(facts: ContinueFacts): GitDecision<ContinuePlan> {
  const { sessionId, operation, files, unresolved, identity } = facts;
  const fault = refuseGit({ ...facts, operation: null }, { isWriting: true });
  if (fault) return { kind: "refuse", fault };
  if (operation === null) return refuse({ kind: "git_no_operation", sessionId });
  if (operation === "bisect") return refuse({ kind: "git_operation", sessionId, operation });
  if (unresolved.length > 0) return refuse({ kind: "git_unresolved", sessionId, paths: unresolved.slice(0, MAX_NAMED) });
  const missing = listMissing(identity);
  if (missing.length > 0) return refuse({ kind: "git_identity_missing", missing });
  const isTaken = ({ isConflict, isUntracked }: GitFile) => isConflict || (operation === "rebase" && !isUntracked);
  // The message is the one that git has prepared.
  const go = operation === "merge" ? ["commit", "--no-edit"] : [COMMAND[operation], "--continue"];
  return {
    kind: "run",
    plan: {
      paths: files.filter(isTaken).map(({ path }) => path),
      add: ["git", "--literal-pathspecs", "add", "--all"],
      steps: [["git", "-c", "core.editor=true", ...go]],
    },
  };
}

/** Decides how to take back what git is in the middle of. Faults: `git_busy`, `worktree_busy`, `git_no_operation`, `git_operation`. */
export function decideAbort(facts: GitFacts): GitDecision<GitSteps> {
  const { sessionId, operation } = facts;
  const fault = refuseGit({ ...facts, operation: null }, { isWriting: true });
  if (fault) return { kind: "refuse", fault };
  if (operation === null) return refuse({ kind: "git_no_operation", sessionId });
  if (operation === "bisect") return refuse({ kind: "git_operation", sessionId, operation });
  return { kind: "run", plan: [["git", COMMAND[operation], "--abort"]] };
}

/** How many paths a fault names. */
const MAX_NAMED = 50;
const refuse = (fault: Fault) => ({ kind: "refuse", fault }) as const;
