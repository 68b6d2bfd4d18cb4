import type { Git } from "../../../platform/git/git.ts";
import { LookError, type Limit } from "./limit.ts";

/** A commit that stands in for another one would hide it. */
export const NO_REPLACING = { settings: [["core.useReplaceRefs", "false"]] } as const;

export interface RefLook {
  name: string;
  oid: string;
  /** The full name of its upstream; null if there is none, or it is gone. */
  upstream: string | null;
  /** The number of commits that the upstream lacks. */
  ahead: number;
}

export interface RefsLook {
  /** The session's own branch; null if it is gone. */
  own: RefLook | null;
  /** The branch that is checked out, if it is another one. */
  checkedOut: RefLook | null;
  defaultBranch: { name: string; oid: string } | null;
  hasStash: boolean;
}

export interface RefsInput {
  git: Git;
  projectPath: string;
  /** The short name of the session's own branch. */
  branch: string;
  headBranch: string | null;
  /** The project's recorded default branch, as a full ref. */
  recordedDefault: string | null;
  limit: Limit;
}

const ORIGIN_HEAD = "refs/remotes/origin/HEAD";
const STASH = "refs/stash";
const FORMAT = "%(refname)%00%(objectname)%00%(symref)%00%(upstream)%00%(upstream:track,nobracket)";

/**
 * Reads the refs that the guard compares with. The default branch is the one that `origin/HEAD` names, else the project's recorded one,
 * never the session's own.
 */
export async function readRefs({ git, projectPath, branch, headBranch, recordedDefault, limit }: RefsInput): Promise<RefsLook> {
  const own = `refs/heads/${branch}`;
  const other = headBranch === null || headBranch === branch ? null : `refs/heads/${headBranch}`;
  const wanted = [own, other, ORIGIN_HEAD, recordedDefault, STASH].filter((name) => name !== null);
  const { text } = await git.read(projectPath, ["for-each-ref", `--format=${FORMAT}`, ...new Set(wanted)], {
    ...NO_REPLACING,
    limitMs: limit.leftMs,
  });
  const found = new Map<string, RefLook & { target: string }>();
  for (const line of text.split("\n").filter(Boolean)) {
    const [name = "", oid = "", target = "", upstream = "", track = ""] = line.split("\0");
    if (!/^[0-9a-f]{40,64}$/.test(oid)) throw new LookError("git's answer was not understood");
    const isGone = upstream === "" || track === "gone";
    found.set(name, { name, oid, target, upstream: isGone ? null : upstream, ahead: Number(/ahead (\d+)/.exec(track)?.[1] ?? 0) });
  }
  const isOther = (name: string) => name !== own;
  const origin = found.get(ORIGIN_HEAD);
  const recorded = recordedDefault === null ? undefined : found.get(recordedDefault);
  const chosen =
    origin && isOther(origin.target) ? { name: origin.target, oid: origin.oid } : recorded && isOther(recorded.name) ? recorded : null;
  return {
    own: found.get(own) ?? null,
    checkedOut: (other === null ? undefined : found.get(other)) ?? null,
    defaultBranch: chosen && { name: chosen.name.replace(/^refs\/(heads|remotes)\//, ""), oid: chosen.oid },
    hasStash: found.has(STASH),
  };
}
