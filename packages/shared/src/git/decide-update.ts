import type { Fault } from "../faults/fault.ts";
import { listMissing } from "./decide-commit.ts";
import { refuseGit, type GitDecision, type GitFacts, type GitSteps } from "./git-decision.ts";
import type { UpdateHow } from "./git-input.ts";
import type { GitBaseTarget, GitFile, GitStatus } from "./git-status.ts";

export interface UpdateFacts extends GitFacts, Pick<GitStatus, "base" | "identity"> {
  /** Uncommitted work that git would not touch, as {@link listInTheWay} says. */
  inTheWay: readonly string[];
}

/**
 * Decides an update from the base branch. A remote-tracking branch is fetched first, in the same terminal.
 *
 * Faults: `git_busy`, `worktree_busy`, `git_operation`, `git_detached`, `git_no_base`, `git_nothing`, `git_in_the_way`,
 * `git_identity_missing`.
 */
export function decideUpdate(facts: UpdateFacts, { from, how }: { from: GitBaseTarget["from"]; how: UpdateHow }): GitDecision<GitSteps> {
  const { sessionId, branch, inTheWay, identity } = facts;
  const fault = refuseGit(facts, { isWriting: true });
  if (fault) return { kind: "refuse", fault };
  if (branch === null) return refuse({ kind: "git_detached", sessionId });
  const target = findTarget(facts.base, from);
  if (target === null) return refuse({ kind: "git_no_base", sessionId });
  // Only a fetch says what a remote has.
  if (target.behind === 0 && target.remote === null) return refuse({ kind: "git_nothing", sessionId, to: "update" });
  if (inTheWay.length > 0) return refuse({ kind: "git_in_the_way", sessionId, how, ...toNamed(inTheWay) });
  const missing = target.ahead > 0 ? listMissing(identity) : [];
  if (missing.length > 0) return refuse({ kind: "git_identity_missing", missing });
  const fetch = target.remote === null ? [] : [["git", "fetch", "--", target.remote]];
  const words = `Merge ${target.remote === null ? "branch" : "remote-tracking branch"} '${target.name}' into ${branch}`;
  const bring =
    how === "merge"
      ? ["git", "merge", "--no-autostash", `--message=${words}`, target.ref]
      : ["git", "rebase", "--no-autostash", target.ref];
  return { kind: "run", plan: [...fetch, bring] };
}

export function findTarget(base: GitStatus["base"], from: GitBaseTarget["from"]): GitBaseTarget | null {
  return base?.targets.find((target) => target.from === from) ?? null;
}

/**
 * Lists the uncommitted work that git would refuse to touch, ordered by path. A merge leaves alone what it does not change itself, unless
 * something is staged; a rebase needs all that is tracked to be committed.
 *
 * @param coming the paths that differ between the place where the branches parted and the base branch
 */
export function listInTheWay(files: readonly GitFile[], coming: ReadonlySet<string>, how: UpdateHow): string[] {
  if (coming.size === 0) return [];
  const isInTheWay = ({ path, staged, isUntracked }: GitFile) =>
    isUntracked ? isComing(path, coming) : how === "rebase" || staged !== null || coming.has(path);
  return files.filter(isInTheWay).map(({ path }) => path);
}

/** A new file stands in the way of one of the same name, of a folder, and of a file where its folder is. */
function isComing(path: string, coming: ReadonlySet<string>): boolean {
  if (coming.has(path)) return true;
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) if (coming.has(path.slice(0, at))) return true;
  for (const each of coming) if (each.startsWith(`${path}/`)) return true;
  return false;
}

/** How many paths a fault names. */
const MAX_NAMED = 50;
const toNamed = (paths: readonly string[]) => ({ paths: paths.slice(0, MAX_NAMED), count: paths.length });
const refuse = (fault: Fault) => ({ kind: "refuse", fault }) as const;
