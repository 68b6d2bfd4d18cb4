import type { RiskReport } from "./risk-report.ts";

/** What stashing did: the number of files kept, or why nothing was. */
export type StashOutcome = { kind: "stashed"; files: number } | { kind: "nothing" } | { kind: "refused"; because: string };

/** Says what was stashed, and what of the rest a stash cannot keep. */
export function toStashMessage(outcome: StashOutcome, reports: readonly RiskReport[]): string {
  const left = reports.flatMap(listLeft);
  const rest = left.length === 0 ? "" : ` This still keeps the session from being deleted: ${left.join("; ")}.`;
  return `${describe(outcome)}${rest}`;
}

function describe(outcome: StashOutcome): string {
  switch (outcome.kind) {
    case "stashed":
      return `${toCount(outcome.files, "file")} ${outcome.files === 1 ? "is" : "are"} kept in a stash.`;
    case "nothing":
      return "There was nothing to stash.";
    case "refused":
      return `Nothing was stashed: ${outcome.because}.`;
  }
}

/** Lists what is at risk, each as part of a sentence. */
function listLeft(report: RiskReport): string[] {
  const { unmerged, unpushed, detached, precious, dirtyCount, untracked } = report;
  const commits = Math.max(unmerged, unpushed);
  const remedy = [unmerged > 0 ? "merge" : "", unpushed > 0 ? "push" : ""].filter((part) => part !== "").join(" and ");
  return [
    commits > 0
      ? `${toCount(commits, "commit")} of this session, which a stash does not hold: ${remedy} ${commits === 1 ? "it" : "them"}`
      : "",
    detached ? "HEAD is on no branch, and its commits are on none: make a branch of it" : "",
    report.operation === null ? "" : `git is in the middle of a ${toWords(report.operation)}: finish or abort it`,
    precious > 0 ? `${toCount(precious, "ignored file")} with settings or keys, such as ${report.preciousFiles[0]}` : "",
    dirtyCount > 0 ? `${toCount(dirtyCount, "changed file")} that a stash cannot hold, such as ${report.dirtyFiles[0]}` : "",
    untracked > 0 ? `${toCount(untracked, "new file")} that a stash cannot hold, such as ${report.untrackedFiles[0]}` : "",
    report.nestedRepositories.length > 0 ? `a repository inside: ${report.nestedRepositories[0]}` : "",
    report.stashes > 0 ? `${toCount(report.stashes, "stash", "stashes")} that git made on this branch` : "",
    report.runningTasks > 0 ? `${toCount(report.runningTasks, "task")} that run or wait` : "",
    report.stagedChanges > 0
      ? `${toCount(report.stagedChanges, "staged edit")} that ${report.stagedChanges === 1 ? "is" : "are"} not on disk`
      : "",
    report.liveProcesses.length > 0 ? `a running program: ${report.liveProcesses[0]!.name}` : "",
    ...report.unknown.map((reason) => reason.replace(/\.$/, "")),
  ].filter((part) => part !== "");
}

const toWords = (operation: string) => operation.replace("cherry_pick", "cherry-pick").replace(/^am$/, "series of patches");
const toCount = (count: number, noun: string, nouns = `${noun}s`) => `${count} ${count === 1 ? noun : nouns}`;
