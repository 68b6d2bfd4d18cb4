import fc from "fast-check";
import { expect, it } from "vitest";
import { assessRisk, type Fact, type RiskFacts } from "./assess-risk.ts";
import { MAX_NAMED, RiskOperation, RiskReport } from "./risk-report.ts";

const known = <T>(value: T): Fact<T> => ({ isKnown: true, value });
const failed: Fact<never> = { isKnown: false, reason: "Git took longer than 10 s." };

const clean: RiskFacts = {
  worktreeId: null,
  path: "/w/1",
  branch: "boocode/fix-1",
  defaultBranch: "main",
  dirtyFiles: known([]),
  untrackedFiles: known([]),
  preciousFiles: known([]),
  unpushed: known(-1),
  unmerged: known(0),
  commits: known([]),
  isDetached: known(false),
  operation: known(null),
  nestedRepositories: known([]),
  stashes: known(0),
  runningTasks: known(0),
  stagedChanges: known(0),
  unsettledEdits: known(null),
  liveProcesses: known([]),
};

it.each<{ name: string; given: Partial<RiskFacts>; verdict: RiskReport["verdict"] }>([
  { name: "nothing at all is safe", given: {}, verdict: "safe" },
  { name: "an absent upstream alone raises nothing", given: { unpushed: known(-1) }, verdict: "safe" },
  { name: "everything pushed and merged is safe", given: { unpushed: known(0) }, verdict: "safe" },
  { name: "W3 a changed tracked file", given: { dirtyFiles: known(["a.ts"]) }, verdict: "at_risk" },
  { name: "W3 an untracked file", given: { untrackedFiles: known(["new.ts"]) }, verdict: "at_risk" },
  { name: "W3 an ignored .env", given: { preciousFiles: known([".env"]) }, verdict: "at_risk" },
  { name: "W3 a commit the default branch lacks", given: { unmerged: known(1) }, verdict: "at_risk" },
  { name: "W3 a commit the upstream lacks", given: { unpushed: known(1) }, verdict: "at_risk" },
  { name: "W3 a detached HEAD with commits on no branch", given: { isDetached: known(true) }, verdict: "at_risk" },
  ...RiskOperation.options.map((operation) => ({
    name: `W3 in the middle of ${operation}`,
    given: { operation: known(operation) },
    verdict: "at_risk" as const,
  })),
  { name: "W3 a nested repository", given: { nestedRepositories: known(["vendor/x"]) }, verdict: "at_risk" },
  { name: "W3 a stash of its own", given: { stashes: known(1) }, verdict: "at_risk" },
  { name: "W3 a task that waits or runs", given: { runningTasks: known(1) }, verdict: "at_risk" },
  { name: "W3 a staged edit", given: { stagedChanges: known(1) }, verdict: "at_risk" },
  { name: "W3 a live process", given: { liveProcesses: known([{ pid: 7, name: "vite" }]) }, verdict: "at_risk" },
  { name: "W2 a look that failed", given: { untrackedFiles: failed }, verdict: "unknown" },
  { name: "W2 a look that failed beside known risk", given: { unmerged: known(3), stashes: failed }, verdict: "unknown" },
])("$name", ({ given, verdict }) => {
  const report = assessRisk({ ...clean, ...given });
  expect(report.verdict).toBe(verdict);
  expect(report.unknown).toEqual(verdict === "unknown" ? ["Git took longer than 10 s."] : []);
});

it("names at most fifty of a kind, and counts all", () => {
  const many = Array.from({ length: 120 }, (_, place) => `file-${place}`);
  const report = assessRisk({
    ...clean,
    dirtyFiles: known(many),
    untrackedFiles: known(many),
    preciousFiles: known(many),
    nestedRepositories: known(many),
    commits: known(many.map((oid) => ({ oid, subject: "Fix", at: 1 }))),
    liveProcesses: known(many.map((name, pid) => ({ name, pid }))),
  });
  expect(RiskReport.parse(report)).toEqual(report);
  expect([report.dirtyCount, report.untracked, report.precious]).toEqual([120, 120, 120]);
  expect(report.dirtyFiles).toHaveLength(MAX_NAMED);
});

const RANK = { safe: 0, at_risk: 1, unknown: 2 };

const arbitraryFact = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Fact<T>> =>
  fc.oneof(
    { weight: 5, arbitrary: value.map(known) },
    { weight: 1, arbitrary: fc.string().map((reason): Fact<T> => ({ isKnown: false, reason })) },
  );
const names = arbitraryFact(fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(fc.string({ minLength: 1 }), { maxLength: 3 })));
const count = arbitraryFact(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(5)));

const arbitraryFacts: fc.Arbitrary<RiskFacts> = fc.record({
  worktreeId: fc.constant(null),
  path: fc.constant("/w/1"),
  branch: fc.constant("boocode/fix-1"),
  defaultBranch: fc.constant("main"),
  dirtyFiles: names,
  untrackedFiles: names,
  preciousFiles: names,
  unpushed: arbitraryFact(fc.integer({ min: -1, max: 2 })),
  unmerged: count,
  commits: arbitraryFact(fc.constant([])),
  isDetached: arbitraryFact(fc.boolean()),
  operation: arbitraryFact(fc.option(fc.constantFrom(...RiskOperation.options))),
  nestedRepositories: names,
  stashes: count,
  runningTasks: count,
  stagedChanges: count,
  unsettledEdits: fc.constant(known(null)),
  liveProcesses: arbitraryFact(fc.array(fc.record({ pid: fc.nat(), name: fc.string() }), { maxLength: 2 })),
});

it("W2 a fact that becomes unknown never makes it safer, and unknown is never safe", () => {
  const keys = Object.keys(clean).filter((key) => !["worktreeId", "path", "branch", "defaultBranch"].includes(key));
  fc.assert(
    fc.property(arbitraryFacts, fc.constantFrom(...keys), (facts, key) => {
      const before = assessRisk(facts);
      const after = assessRisk({ ...facts, [key]: failed });
      expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
      expect(after.verdict).toBe("unknown");
      expect(after.unknown.length).toBeGreaterThan(0);
    }),
  );
});

it("W3 more risk never makes it safer", () => {
  const more: Partial<RiskFacts>[] = [
    { dirtyFiles: known(["a"]) },
    { untrackedFiles: known(["a"]) },
    { preciousFiles: known([".env"]) },
    { unpushed: known(1) },
    { unmerged: known(1) },
    { isDetached: known(true) },
    { operation: known("rebase") },
    { nestedRepositories: known(["x"]) },
    { stashes: known(1) },
    { runningTasks: known(1) },
    { stagedChanges: known(1) },
    { liveProcesses: known([{ pid: 1, name: "x" }]) },
  ];
  fc.assert(
    fc.property(arbitraryFacts, fc.constantFrom(...more), (facts, risk) => {
      const [key = ""] = Object.keys(risk);
      // What cannot be read stays unread: only what is known can grow.
      fc.pre(facts[key as keyof RiskFacts] !== null && (facts[key as keyof RiskFacts] as Fact<unknown>).isKnown);
      const after = assessRisk({ ...facts, ...risk });
      expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[assessRisk(facts).verdict]);
      expect(after.verdict).not.toBe("safe");
    }),
  );
});
