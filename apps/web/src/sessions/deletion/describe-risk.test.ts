import { buildRiskReport } from "@boocode/shared/testing/build-risk-report";
import type { RiskReport } from "@boocode/shared/worktrees/risk-report";
import { expect, test } from "vitest";
import { describeLeftByStash, describeRisk, toFindings } from "./describe-risk.ts";

const COMMITS = ["Parse numbers", "Begin the parser"].map((subject, at) => ({ oid: `${at}`.repeat(40), subject, at: 1_000 - at }));

interface Case {
  given: Partial<RiskReport>;
  title: string;
  /** Each finding with its note. */
  findings: string[];
  /** What stashing leaves at risk. */
  left: string | null;
}

const CASES: Case[] = [
  {
    given: { dirtyCount: 2, untracked: 1, unmerged: 2, commits: COMMITS },
    title: "3 files and 2 commits exist only here",
    findings: ["2 changed files", "1 new file that git does not track", "2 commits not in main. The branch was never pushed"],
    left: "the 2 commits",
  },
  { given: { dirtyCount: 1 }, title: "1 file exists only here", findings: ["1 changed file"], left: null },
  {
    given: { untracked: 1_200, precious: 1 },
    title: "1,201 files exist only here",
    findings: ["1,200 new files that git does not track", "1 ignored file with settings or keys"],
    left: "the ignored file",
  },
  {
    given: { dirtyCount: 1, stagedChanges: 1, unmerged: 1 },
    title: "1 file, 1 staged edit and 1 commit exist only here",
    findings: ["1 changed file", "1 staged edit not yet written to a file", "1 commit not in main. The branch was never pushed"],
    left: "the staged edit and the commit",
  },
  {
    given: { unmerged: 2, unpushed: 0, commits: COMMITS },
    title: "2 commits not in main",
    findings: ["2 commits not in main. They are pushed to their own branch"],
    left: "the 2 commits",
  },
  {
    given: { unmerged: 3, unpushed: 1 },
    title: "1 commit exists only here",
    findings: ["3 commits not in main. 1 of them not pushed either"],
    left: "the 3 commits",
  },
  {
    given: { unpushed: 2 },
    title: "2 commits not pushed",
    findings: ["2 commits not pushed. Their content is in main"],
    left: "the 2 commits",
  },
  {
    given: { unmerged: 1, defaultBranch: null },
    title: "1 commit exists only here",
    findings: ["1 commit not in the default branch. The branch was never pushed"],
    left: "the commit",
  },
  {
    given: { detached: true, commits: COMMITS, unmerged: 2 },
    title: "2 commits exist only here",
    findings: ["2 commits on no branch"],
    left: "the 2 commits",
  },
  { given: { operation: "rebase" }, title: "A rebase is not finished", findings: ["A rebase is not finished"], left: "the rebase" },
  {
    given: { nestedRepositories: ["vendor/lib"] },
    title: "1 repository inside it with work of its own",
    findings: ["1 repository inside it with work of its own"],
    left: "the repository inside it",
  },
  {
    given: { stashes: 2 },
    title: "2 git stashes made on its branch",
    findings: ["2 git stashes made on its branch. Git keeps them; the list no longer says where they belong"],
    left: "git's stashes",
  },
  {
    given: { runningTasks: 1, operation: "merge" },
    title: "A merge is not finished",
    findings: ["A message is running or waiting. Its agent is stopped", "A merge is not finished"],
    left: "the running message and the merge",
  },
  {
    given: { runningTasks: 2, liveProcesses: [{ pid: 7, name: "vite" }] },
    title: "2 messages are running or waiting",
    findings: [
      "2 messages are running or waiting. Their agents are stopped, and nothing more is sent",
      "A program still runs in its folder. It is ended: vite",
    ],
    left: "the running messages and the running program",
  },
  {
    given: { liveProcesses: ["npm run dev", "", `less ${"x".repeat(100)}`, "vim", "top"].map((name, at) => ({ pid: at + 1, name })) },
    title: "5 programs still run in its folder",
    findings: [`5 programs still run in its folder. They are ended: npm run dev, process 2, less ${"x".repeat(54)}… and 2 more`],
    left: "the running programs",
  },
  { given: {}, title: "Something here would be lost", findings: [], left: null },
];

test.each(CASES)("$title: $findings", ({ given, title, findings, left }) => {
  const reports = [buildRiskReport(given)];
  const found = toFindings(reports);
  expect(describeRisk(reports)).toBe(title);
  expect(found.map(({ words, note }) => (note ? `${words}. ${note}` : words))).toEqual(findings);
  expect(describeLeftByStash(found)).toBe(left);
});

test("the reports of several worktrees are counted together", () => {
  expect(describeRisk([buildRiskReport({ dirtyCount: 1 }), buildRiskReport({ dirtyCount: 2, unmerged: 1 })])).toBe(
    "3 files and 1 commit exist only here",
  );
});
