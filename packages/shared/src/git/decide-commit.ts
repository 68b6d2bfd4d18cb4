import type { Fault } from "../faults/fault.ts";
import { refuseGit, type GitDecision, type GitFacts } from "./git-decision.ts";
import type { CommitInput } from "./git-input.ts";
import type { GitFile, GitIdentity } from "./git-status.ts";

/** What a commit takes. */
export interface CommitPlan {
  /** The program to run in the terminal, without the paths. */
  argv: readonly string[];
  /** The paths to name to it; null: it takes what its arguments say. */
  paths: readonly string[] | null;
  /** New files among them, which git must be told of first. */
  untracked: readonly string[];
}

export interface CommitFacts extends GitFacts {
  /** Every changed path. */
  files: readonly GitFile[];
  identity: GitIdentity;
  digest: string;
}

/**
 * Decides what a commit of exactly what was shown runs. Paths are committed as they are on disk, and what is staged of other paths stays
 * staged. Faults: `git_busy`, `worktree_busy`, `git_operation`, `git_status_changed`, `git_nothing`, `git_identity_missing`.
 */
export function decideCommit(facts: CommitFacts, { message, what, digest, identity }: CommitInput): GitDecision<CommitPlan> {
  const { sessionId, files } = facts;
  const fault = refuseGit(facts, { isWriting: true });
  if (fault) return { kind: "refuse", fault };
  const refuse = (refused: Fault) => ({ kind: "refuse", fault: refused }) as const;
  if (digest !== facts.digest) return refuse({ kind: "git_status_changed", sessionId });
  const nothing = refuse({ kind: "git_nothing", sessionId, to: "commit" });
  const missing = listMissing(identity ?? facts.identity);
  const known = new Map(files.map((file) => [file.path, file]));
  const chosen = what.kind === "paths" ? [...new Set(what.paths)] : [];
  if (chosen.some((path) => !known.has(path))) return refuse({ kind: "git_status_changed", sessionId });
  if (what.kind === "index" ? !files.some(({ staged }) => staged !== null) : files.length === 0) return nothing;
  if (missing.length > 0) return refuse({ kind: "git_identity_missing", missing });
  const taken = what.kind === "all" ? files : chosen.map((path) => known.get(path)!);
  const argv = [
    "git",
    "--literal-pathspecs",
    ...(identity ? ["-c", `user.name=${identity.name}`, "-c", `user.email=${identity.email}`] : []),
    "commit",
    `--message=${message}`,
    ...(what.kind === "all" ? ["--all"] : what.kind === "paths" ? ["--only"] : []),
  ];
  const untracked = what.kind === "index" ? [] : taken.filter(({ isUntracked }) => isUntracked).map(({ path }) => path);
  return { kind: "run", plan: { argv, paths: what.kind === "paths" ? chosen : null, untracked } };
}

/** Which of name and email git's settings lack. */
export function listMissing({ name, email }: GitIdentity): ("name" | "email")[] {
  const isThere = (value: string | null) => value !== null && value.trim() !== "";
  return [...(isThere(name) ? [] : (["name"] as const)), ...(isThere(email) ? [] : (["email"] as const))];
}
