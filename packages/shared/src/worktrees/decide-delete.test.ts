import { expect, it } from "vitest";
import { assessRisk, type Fact } from "./assess-risk.ts";
import { decideDelete, decideStopFirst, type DeleteLook, type DeleteRequest } from "./decide-delete.ts";

const known = <T>(value: T): Fact<T> => ({ isKnown: true, value });

function report({ untracked = [], stashes = known(0) }: { untracked?: string[]; stashes?: Fact<number> }) {
  return assessRisk({
    worktreeId: null,
    path: "/w/1",
    branch: "boocode/fix-1",
    defaultBranch: "main",
    dirtyFiles: known([]),
    untrackedFiles: known(untracked),
    preciousFiles: known([]),
    unpushed: known(-1),
    unmerged: known(0),
    commits: known([]),
    isDetached: known(false),
    operation: known(null),
    nestedRepositories: known([]),
    stashes,
    runningTasks: known(0),
    stagedChanges: known(0),
    unsettledEdits: known(null),
    liveProcesses: known([]),
  });
}

const safe = report({});
const atRisk = report({ untracked: ["new.ts"] });
const unknown = report({ stashes: { isKnown: false, reason: "The stashes could not be read." } });
const look = (...reports: DeleteLook["reports"]): DeleteLook => ({ reports, consent: "now" });
const asked: DeleteRequest = { force: false, consent: null };

it.each<{ name: string; look: DeleteLook | null; request?: Partial<DeleteRequest>; outcome: string }>([
  { name: "a session that was never used needs no question", look: null, outcome: "proceed" },
  { name: "what is safe goes", look: look(safe), outcome: "proceed" },
  { name: "what is safe goes, forced or not", look: look(safe), request: { force: true, consent: "old" }, outcome: "proceed" },
  { name: "work at risk stays", look: look(safe, atRisk), outcome: "work_at_risk" },
  { name: "W2 what could not be read stays", look: look(unknown), outcome: "risk_unknown" },
  { name: "W2 one unknown among risks is unknown", look: look(atRisk, unknown), outcome: "risk_unknown" },
  { name: "W2 force without consent is refused", look: look(atRisk), request: { force: true }, outcome: "work_at_risk" },
  { name: "W2 consent without force is refused", look: look(atRisk), request: { consent: "now" }, outcome: "work_at_risk" },
  {
    name: "W4 force with an old consent is refused",
    look: look(atRisk),
    request: { force: true, consent: "old" },
    outcome: "work_at_risk",
  },
  { name: "force with what is there now goes", look: look(atRisk), request: { force: true, consent: "now" }, outcome: "forced" },
  { name: "so does force over what could not be read", look: look(unknown), request: { force: true, consent: "now" }, outcome: "forced" },
])("$name", ({ look: seen, request, outcome }) => {
  const decision = decideDelete(seen, { ...asked, ...request });
  const kind = decision.kind === "refuse" ? decision.fault.kind : decision.isForced ? "forced" : "proceed";
  expect(kind).toBe(outcome);
  const shown = { consent: "now", reports: seen?.reports };
  expect(decision.kind === "refuse" ? decision.fault : shown).toMatchObject(seen === null ? {} : shown);
});

it("says why it is not known", () => {
  const decision = decideDelete(look(unknown), asked);
  expect(decision).toMatchObject({ fault: { kind: "risk_unknown", reason: "The stashes could not be read." } });
});

it.each<[what: string, request: DeleteRequest, isStopped: boolean]>([
  ["not forced", { force: false, consent: "old" }, false],
  ["forced without a consent", { force: true, consent: null }, false],
  ["forced with this consent", { force: true, consent: "now" }, false],
  ["forced with an outdated one", { force: true, consent: "old" }, true],
])("what runs is stopped before a refusal only where the person has asked for its end: %s", (_what, request, isStopped) => {
  const running = { reports: [{ ...safe, runningTasks: 1 }], consent: "now" };
  expect(decideStopFirst(running, request)).toBe(isStopped);
  const program = { reports: [{ ...safe, liveProcesses: [{ pid: 7, name: "vite" }] }], consent: "now" };
  expect(decideStopFirst(program, request)).toBe(isStopped);
  expect(decideStopFirst({ reports: [safe], consent: "now" }, request)).toBe(false);
});
