import type { RiskCommit } from "@boocode/shared/worktrees/risk-report";
import type { Git } from "../../../platform/git/git.ts";
import { findUnmerged } from "./find-unmerged.ts";
import { LookError, type Limit } from "./limit.ts";
import { readCommits } from "./read-commits.ts";
import { NO_REPLACING, type RefsLook } from "./read-refs.ts";

export interface CommitsInput {
  git: Git;
  projectPath: string;
  refs: RefsLook;
  /** HEAD's commit; null before the first commit of a branch. */
  head: string | null;
  /** The branch that is checked out; null if HEAD is detached. */
  headBranch: string | null;
  /** Where the session's branch began; null if that is not recorded. */
  baseCommit: string | null;
  limit: Limit;
}

/** Counts the commits whose content the default branch lacks, of HEAD and of the session's own branch, and describes them. */
export async function lookAtUnmerged(input: CommitsInput): Promise<RiskCommit[]> {
  const { git, projectPath, refs, head, limit } = input;
  const tips = [...new Set([head, refs.own?.oid ?? null])].filter((oid) => oid !== null);
  if (tips.length === 0) return [];
  const keep = refs.defaultBranch?.oid ?? null;
  const notIn = (oids: readonly (string | null)[]) => oids.flatMap((oid) => (oid === null ? [] : [`^${oid}`]));
  const all = await readCommits({ git, projectPath, limit }, [...tips, ...notIn([keep])]);
  if (all.length === 0) return [];
  const base = await findKeptBase(input);
  const commits = base === null ? all : await readCommits({ git, projectPath, limit }, [...tips, ...notIn([keep, base])]);
  if (commits.length === 0 || keep === null) return commits;
  const unmerged = new Set<string>();
  for (const tip of tips) for (const oid of await findUnmerged({ git, projectPath, limit }, { tip, into: keep, base })) unmerged.add(oid);
  return commits.filter(({ oid }) => unmerged.has(oid));
}

/**
 * Returns the commit at which the branch began, if something else than the branch itself and its upstream keeps it: what came before is not
 * this session's.
 */
async function findKeptBase({ git, projectPath, refs, headBranch, baseCommit, limit }: CommitsInput): Promise<string | null> {
  if (baseCommit === null || baseCommit === refs.defaultBranch?.oid) return null;
  // One more than can be the session's own.
  const argv = ["for-each-ref", "--count=6", `--contains=${baseCommit}`, "--format=%(refname)", "refs/heads", "refs/remotes", "refs/tags"];
  // A base that is gone keeps nothing.
  const { exitCode, text } = await git.read(projectPath, argv, { ...NO_REPLACING, exitCodes: [0, 129], limitMs: limit.leftMs });
  const upstreams = [refs.own, refs.checkedOut].flatMap((ref) => (ref?.upstream ? [ref.upstream] : []));
  const own = new Set([refs.own?.name, headBranch === null ? null : `refs/heads/${headBranch}`, ...upstreams]);
  return exitCode === 0 && text.split("\n").some((name) => name !== "" && !own.has(name)) ? baseCommit : null;
}

/** Counts the commits that the upstreams of the session's branch and of the branch that is checked out lack; -1 if there is no upstream. */
export function countUnpushed({ own, checkedOut }: RefsLook): number {
  return Math.max(...[own, checkedOut].map((ref) => (ref === null || ref.upstream === null ? -1 : ref.ahead)));
}

/** Lists the commits of a detached HEAD that no branch, remote or tag has. */
export async function lookAtDetached({ git, projectPath, head, headBranch, limit }: CommitsInput): Promise<RiskCommit[]> {
  if (headBranch !== null || head === null) return [];
  return readCommits({ git, projectPath, limit }, [head, "--not", "--branches", "--remotes", "--tags"]);
}

/** Lists the commits that an upstream lacks. */
export async function listUnpushed({ git, projectPath, refs, limit }: CommitsInput): Promise<RiskCommit[]> {
  const found: RiskCommit[] = [];
  for (const ref of [refs.own, refs.checkedOut]) {
    if (ref !== null && ref.upstream !== null && ref.ahead > 0)
      found.push(...(await readCommits({ git, projectPath, limit }, [ref.oid, "--not", ref.upstream])));
  }
  return found;
}

/** Counts git's own stashes that were made on one of these branches; on no branch, if HEAD is detached. */
export async function countStashes({ git, projectPath, refs, headBranch, limit }: CommitsInput, branch: string): Promise<number> {
  if (!refs.hasStash) return 0;
  const { stdout } = await git.read(projectPath, ["log", "--walk-reflogs", "-z", "--format=%gs", "refs/stash", "--"], {
    ...NO_REPLACING,
    limitMs: limit.leftMs,
  });
  const messages = stdout.toString("utf8").split("\0").filter(Boolean);
  // The ref is there, so there is a stash: its log is gone, and with it where it was made.
  if (messages.length === 0) throw new LookError("git does not say where they were made");
  const names = new Set([branch, headBranch ?? "(no branch)"]);
  return messages.filter((message) => names.has(/^(?:WIP on|On) ([^:]+): /.exec(message)?.[1] ?? "")).length;
}
