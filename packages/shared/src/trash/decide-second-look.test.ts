import { expect, it } from "vitest";
import type { DeleteLook, DeleteRequest } from "../worktrees/decide-delete.ts";
import type { RiskReport } from "../worktrees/risk-report.ts";
import { buildRiskReport } from "../testing/build-risk-report.ts";
import { decideSecondLook } from "./decide-second-look.ts";

const look = (consent: string, given: Partial<RiskReport> = {}): DeleteLook => ({ reports: [buildRiskReport(given)], consent });
const SAFE = look("safe");
const RISK = look("shown", { verdict: "at_risk", untracked: 1 });
const MORE = look("more", { verdict: "at_risk", untracked: 2 });
const RUNNING = look("running", { verdict: "at_risk", runningTasks: 1 });
const PROCESS = look("process", { verdict: "at_risk", liveProcesses: [{ pid: 7, name: "server" }] });
const plain: DeleteRequest = { force: false, consent: null };
const forced = (consent: string): DeleteRequest => ({ force: true, consent });
const LEFT = [{ pid: 9, name: "stubborn" }];

it.each<[string, DeleteLook | null, DeleteLook | null, DeleteRequest, typeof LEFT, string]>([
  ["nothing at risk, nothing left", SAFE, SAFE, plain, [], "proceed"],
  ["nothing to look at", null, null, plain, [], "proceed"],
  ["work that has appeared", SAFE, RISK, plain, [], "refuse"],
  ["a process that does not stop", SAFE, SAFE, plain, LEFT, "refuse"],
  ["the same work, with consent", RISK, RISK, forced("shown"), [], "proceed"],
  ["the same work, with consent, and a process that does not stop", RISK, RISK, forced("shown"), LEFT, "proceed"],
  ["W4 other work than was shown", RISK, MORE, forced("shown"), [], "refuse"],
  ["what a turn wrote until it was stopped", RUNNING, MORE, forced("running"), [], "proceed"],
  ["what a process wrote until it was ended", PROCESS, RISK, forced("process"), LEFT, "proceed"],
  ["work that has gone", RISK, SAFE, forced("shown"), [], "proceed"],
  ["W2 what can no longer be read", RISK, look("shown", { verdict: "unknown", unknown: ["Git failed."] }), plain, [], "refuse"],
])("%s", (_, first, second, request, left, expected) => {
  expect(decideSecondLook(first, second, request, left).kind).toBe(expected);
});

it("names what did not stop, each once", () => {
  const decision = decideSecondLook(SAFE, look("now", { liveProcesses: LEFT }), plain, [...LEFT, { pid: 10, name: "other" }]);
  expect(decision).toMatchObject({
    fault: {
      kind: "work_at_risk",
      consent: "now",
      reports: [{ verdict: "at_risk", liveProcesses: [...LEFT, { pid: 10, name: "other" }] }],
    },
  });
});
