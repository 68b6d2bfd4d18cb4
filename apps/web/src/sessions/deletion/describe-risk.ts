import type { RiskCommit, RiskOperation, RiskReport } from "@boocode/shared/worktrees/risk-report";
import { shorten } from "@boocode/shared/text/cut-text";
import { joinWords, toCount } from "../../ui/labels.ts";

/** What a finding names. The lists may be cut: `total` is the whole number. */
export type FindingItems =
  | { kind: "files"; paths: readonly string[]; total: number; hasDiff: boolean }
  | { kind: "commits"; commits: readonly RiskCommit[]; total: number }
  | { kind: "processes"; processes: readonly { pid: number; name: string }[]; total: number };

/** One thing that would be lost or stopped. */
export interface Finding {
  kind: "tasks" | "changed" | "untracked" | "precious" | "staged" | "commits" | "operation" | "nested" | "stashes" | "processes";
  /** A sentence without a full stop. */
  words: string;
  /** What is known about it, or what a delete does to it, where that is not plain: a sentence without a full stop. */
  note?: string;
  /** How it is called when stashing does not keep it; null if stashing keeps it. */
  leftByStash: string | null;
  items?: FindingItems;
}

/** How many programs a note names, and how much of each command. */
const NAMED = 3;
const NAME_CHARS = 60;

const OPERATION_WORDS: Record<RiskOperation, string> = {
  merge: "merge",
  rebase: "rebase",
  am: "git am",
  cherry_pick: "cherry-pick",
  revert: "revert",
  bisect: "bisect",
};

/** The number of commits at risk: those that the default branch or the upstream lacks, whichever are more. */
function countCommits({ unmerged, unpushed, commits, detached }: RiskReport): number {
  return Math.max(unmerged, unpushed, detached ? commits.length : 0);
}

/** The number of commits that are neither pushed nor, by their content, in the default branch. */
function countOnlyHere(report: RiskReport): number {
  const { unmerged, unpushed, detached } = report;
  if (detached) return countCommits(report);
  return unpushed === -1 ? unmerged : Math.min(unpushed, unmerged);
}

/** The dialog's first sentence, without a full stop: "3 files and 2 commits exist only here". */
export function describeRisk(reports: readonly RiskReport[]): string {
  const sum = (pick: (report: RiskReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const counted = [
    { count: sum(({ dirtyCount, untracked, precious }) => dirtyCount + untracked + precious), noun: "file" },
    { count: sum(({ stagedChanges }) => stagedChanges), noun: "staged edit" },
    { count: sum(countOnlyHere), noun: "commit" },
  ].filter(({ count }) => count > 0);
  if (counted.length > 0) {
    const isOne = counted.length === 1 && counted[0]!.count === 1;
    return `${joinWords(counted.map(({ count, noun }) => toCount(count, noun)))} ${isOne ? "exists" : "exist"} only here`;
  }
  const findings = toFindings(reports);
  const lost = findings.find(({ kind }) => kind !== "tasks" && kind !== "processes");
  return (lost ?? findings[0])?.words ?? "Something here would be lost";
}

/** What "Stash and delete" would leave at risk: "the 2 commits and the rebase"; null if stashing keeps everything. */
export function describeLeftByStash(findings: readonly Finding[]): string | null {
  const left = findings.flatMap(({ leftByStash }) => leftByStash ?? []);
  return left.length === 0 ? null : joinWords(left);
}

/** The findings of all reports, with what is stopped first. */
export function toFindings(reports: readonly RiskReport[]): Finding[] {
  return reports.flatMap((report) =>
    [
      toTasks(report),
      ...toFiles(report),
      toStaged(report),
      toCommits(report),
      toOperation(report),
      toNested(report),
      toStashes(report),
      toProcesses(report),
    ].filter((finding) => finding !== null),
  );
}

function toTasks({ runningTasks }: RiskReport): Finding | null {
  if (runningTasks === 0) return null;
  return runningTasks === 1
    ? { kind: "tasks", words: "A message is running or waiting", note: "Its agent is stopped", leftByStash: "the running message" }
    : {
        kind: "tasks",
        words: `${runningTasks} messages are running or waiting`,
        note: "Their agents are stopped, and nothing more is sent",
        leftByStash: "the running messages",
      };
}

function toFiles(report: RiskReport): Finding[] {
  const { dirtyCount, dirtyFiles, untracked, untrackedFiles, precious, preciousFiles } = report;
  const files = [
    { kind: "changed", total: dirtyCount, paths: dirtyFiles, words: toCount(dirtyCount, "changed file") },
    { kind: "untracked", total: untracked, paths: untrackedFiles, words: `${toCount(untracked, "new file")} that git does not track` },
    { kind: "precious", total: precious, paths: preciousFiles, words: `${toCount(precious, "ignored file")} with settings or keys` },
  ] as const;
  return files
    .filter(({ total }) => total > 0)
    .map(({ kind, words, paths, total }) => ({
      kind,
      words,
      // What git ignores is not part of a stash.
      leftByStash: kind === "precious" ? toThe(total, "ignored file") : null,
      items: { kind: "files", paths, total, hasDiff: kind !== "precious" },
    }));
}

function toStaged({ stagedChanges }: RiskReport): Finding | null {
  if (stagedChanges === 0) return null;
  return {
    kind: "staged",
    words: `${toCount(stagedChanges, "staged edit")} not yet written to a file`,
    leftByStash: toThe(stagedChanges, "staged edit"),
  };
}

function toCommits(report: RiskReport): Finding | null {
  const { unmerged, unpushed, detached, commits, defaultBranch } = report;
  const total = countCommits(report);
  if (total === 0) return null;
  const trunk = defaultBranch ?? "the default branch";
  const count = toCount(total, "commit");
  const common = {
    kind: "commits" as const,
    leftByStash: toThe(total, "commit"),
    items: { kind: "commits" as const, commits, total },
  };
  if (detached) return { ...common, words: `${count} on no branch` };
  if (unmerged === 0) return { ...common, words: `${count} not pushed`, note: `Their content is in ${trunk}` };
  return { ...common, words: `${count} not in ${trunk}`, note: describePush(unpushed, total) };
}

function describePush(unpushed: number, total: number): string {
  if (unpushed === -1) return "The branch was never pushed";
  if (unpushed === 0) return total === 1 ? "It is pushed to its own branch" : "They are pushed to their own branch";
  if (unpushed >= total) return "Not pushed either";
  return `${unpushed} of them not pushed either`;
}

function toOperation({ operation }: RiskReport): Finding | null {
  if (operation === null) return null;
  const name = OPERATION_WORDS[operation];
  return { kind: "operation", words: `A ${name} is not finished`, leftByStash: `the ${name}` };
}

function toNested({ nestedRepositories }: RiskReport): Finding | null {
  const total = nestedRepositories.length;
  if (total === 0) return null;
  return {
    kind: "nested",
    words: `${toCount(total, "repository", "repositories")} inside it with work of ${total === 1 ? "its" : "their"} own`,
    leftByStash: total === 1 ? "the repository inside it" : "the repositories inside it",
    items: { kind: "files", paths: nestedRepositories, total, hasDiff: false },
  };
}

function toStashes({ stashes }: RiskReport): Finding | null {
  if (stashes === 0) return null;
  return {
    kind: "stashes",
    words: `${toCount(stashes, "git stash", "git stashes")} made on its branch`,
    note: "Git keeps them; the list no longer says where they belong",
    leftByStash: `git's ${stashes === 1 ? "stash" : "stashes"}`,
  };
}

function toProcesses({ liveProcesses }: RiskReport): Finding | null {
  const total = liveProcesses.length;
  if (total === 0) return null;
  return {
    kind: "processes",
    words: total === 1 ? "A program still runs in its folder" : `${total} programs still run in its folder`,
    note: `${total === 1 ? "It is" : "They are"} ended: ${toNames(liveProcesses)}`,
    leftByStash: total === 1 ? "the running program" : "the running programs",
    items: { kind: "processes", processes: liveProcesses, total },
  };
}

/** The first of them by name: "npm run dev, less notes.md, vim and 2 more". */
function toNames(processes: RiskReport["liveProcesses"]): string {
  const named = processes.slice(0, NAMED).map(({ pid, name }) => (name === "" ? `process ${pid}` : shorten(name, NAME_CHARS)));
  const more = processes.length - named.length;
  return joinWords(more > 0 ? [...named, `${more} more`] : named);
}

/** "the commit", "the 2 commits". */
function toThe(count: number, noun: string): string {
  return count === 1 ? `the ${noun}` : `the ${toCount(count, noun)}`;
}
