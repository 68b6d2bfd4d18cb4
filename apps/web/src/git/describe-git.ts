import type { GitAction, GitRun, GitStatus } from "@boocode/shared/git/git-status";
import { toOperation } from "../api/faults/explain-git-fault.ts";
import { toCount } from "../ui/labels.ts";

/** Says what the branch's upstream lacks and has. */
export function describeUpstream({ branch, upstream, remotes }: Pick<GitStatus, "branch" | "upstream" | "remotes">): string {
  if (branch === null) return "No branch is checked out";
  if (upstream === null) return remotes.length === 0 ? "The repository has no remote" : "Not pushed yet";
  const { name, isGone, ahead, behind } = upstream;
  if (isGone) return `${name} is gone at the remote`;
  if (ahead === 0 && behind === 0) return `Pushed to ${name}`;
  const parts = [...(ahead > 0 ? [`${toCount(ahead, "commit")} to push`] : []), ...(behind > 0 ? [`${behind} behind`] : [])];
  return `${parts.join(", ")} · ${name}`;
}

/** Says how the branch stands to its base branch, the nearer of the two that are known. */
export function describeBase({ base }: Pick<GitStatus, "base">): string {
  if (base === null) return "No base branch is recorded";
  const target = base.targets.toSorted((a, b) => b.behind - a.behind)[0];
  if (target === undefined) return base.name;
  const { ahead, behind, name } = target;
  if (ahead === 0 && behind === 0) return `Level with ${name}`;
  return [...(ahead > 0 ? [`${ahead} ahead`] : []), ...(behind > 0 ? [`${behind} behind`] : [])].join(", ") + ` · ${name}`;
}

const DOING: Readonly<Record<GitAction, string>> = {
  commit: "The commit",
  push: "The push",
  pull_request: "The pull request",
  update: "The update",
  continue: "Continuing",
  abort: "The abort",
};

/** Says what the git that was started last came to; null if there is nothing to say. */
export function describeRun(run: GitRun | null): { tone: "busy" | "failed"; text: string } | null {
  if (run === null) return null;
  const doing = DOING[run.action];
  if (run.end === null) return { tone: "busy", text: `${doing} runs in its terminal, where git and hooks ask what they need.` };
  switch (run.end.problem) {
    case null:
    // The notice about the conflicts says more.
    case "conflicts":
      return null;
    case "not_fast_forward":
      return {
        tone: "failed",
        text: "The push was rejected: the remote has commits that this branch lacks. Nothing there was overwritten. Bring them in first: git pull in a terminal.",
      };
    case "failed":
      return { tone: "failed", text: `${doing} did not go through, and nothing was lost. The terminal shows why.` };
  }
}

/** Writes what an agent is asked to do about conflicts. */
export function toHandover(operation: string, paths: readonly string[]): string {
  const listed = paths.slice(0, 50).map((path) => `- ${path}`);
  const more = paths.length > 50 ? [`- and ${paths.length - 50} more`] : [];
  return [
    `Git is in the middle of a ${toOperation(operation)} and stopped at conflicts in these files:`,
    ...listed,
    ...more,
    "",
    "Resolve them: keep what both sides intend and remove every conflict mark. Do not commit, and do not continue or abort the operation; I do that.",
  ].join("\n");
}
