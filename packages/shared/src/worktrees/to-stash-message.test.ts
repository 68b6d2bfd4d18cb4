import { expect, it } from "vitest";
import { buildRiskReport } from "../testing/build-risk-report.ts";
import { RiskReport } from "./risk-report.ts";
import { toStashMessage, type StashOutcome } from "./to-stash-message.ts";

const STILL = "This still keeps the session from being deleted:";

it.each<{ name: string; outcome: StashOutcome; left: Partial<RiskReport>; message: string }>([
  { name: "all is kept", outcome: { kind: "stashed", files: 3 }, left: {}, message: "3 files are kept in a stash." },
  { name: "nothing is there", outcome: { kind: "nothing" }, left: {}, message: "There was nothing to stash." },
  {
    name: "commits stay",
    outcome: { kind: "stashed", files: 1 },
    left: { unmerged: 2 },
    message: `1 file is kept in a stash. ${STILL} 2 commits of this session, which a stash does not hold: merge them.`,
  },
  {
    name: "merged commits are not pushed",
    outcome: { kind: "nothing" },
    left: { unpushed: 1 },
    message: `There was nothing to stash. ${STILL} 1 commit of this session, which a stash does not hold: push it.`,
  },
  {
    name: "commits are neither merged nor pushed",
    outcome: { kind: "nothing" },
    left: { unmerged: 2, unpushed: 2 },
    message: `There was nothing to stash. ${STILL} 2 commits of this session, which a stash does not hold: merge and push them.`,
  },
  {
    name: "keys stay",
    outcome: { kind: "nothing" },
    left: { precious: 1, preciousFiles: [".env"] },
    message: `There was nothing to stash. ${STILL} 1 ignored file with settings or keys, such as .env.`,
  },
  {
    name: "a merge is in the way",
    outcome: { kind: "refused", because: "git is in the middle of something" },
    left: { operation: "cherry_pick" },
    message: `Nothing was stashed: git is in the middle of something. ${STILL} git is in the middle of a cherry-pick: finish or abort it.`,
  },
  {
    name: "something is unknown",
    outcome: { kind: "stashed", files: 1 },
    left: { unknown: ["The folders could not be read: no such file."] },
    message: `1 file is kept in a stash. ${STILL} The folders could not be read: no such file.`,
  },
])("$name", ({ outcome, left, message }) => {
  expect(toStashMessage(outcome, [RiskReport.parse(buildRiskReport(left))])).toBe(message);
});

it("names everything that is left", () => {
  const left: Partial<RiskReport> = {
    detached: true,
    dirtyCount: 1,
    dirtyFiles: ["huge.bin"],
    untracked: 2,
    untrackedFiles: ["new.bin", "x"],
    nestedRepositories: ["vendor/x"],
    stashes: 2,
    runningTasks: 1,
    stagedChanges: 2,
    liveProcesses: [{ pid: 7, name: "vite" }],
  };
  const message = toStashMessage({ kind: "nothing" }, [buildRiskReport(left)]);
  for (const part of ["HEAD is on no branch", "huge.bin", "2 new files", "vendor/x", "2 stashes", "1 task ", "2 staged edits", "vite"])
    expect(message).toContain(part);
});
