import type { Fault } from "@boocode/shared/faults/fault";
import { buildRiskReport } from "@boocode/shared/testing/build-risk-report";
import type { RiskReport } from "@boocode/shared/worktrees/risk-report";
import { expect, test } from "vitest";
import { type DeletionAct, type DeletionView, toDeletionView } from "./deletion-view.ts";

const UNREAD = [buildRiskReport({ verdict: "unknown", unknown: ["Git took too long."] })];
const FILES = [buildRiskReport({ dirtyCount: 2 })];
const COMMIT = [buildRiskReport({ unmerged: 1 })];

const atRisk = (reports: RiskReport[], consent: string) => asError({ kind: "work_at_risk", reports, consent });
const unknown = (consent: string) => asError({ kind: "risk_unknown", reason: "Git took too long.", reports: UNREAD, consent });
const asError = (fault: Fault) => Object.assign(new Error("refused"), { data: { fault } });
const shown = (reports: RiskReport[], consent: string, isUnknown = false): DeletionView => ({
  kind: "refused",
  isUnknown,
  reports,
  consent,
  news: null,
});

interface Case {
  name: string;
  before: DeletionView;
  act: DeletionAct;
  stash?: { stashed: boolean; message: string };
  error: unknown;
  /** Part of the view after it. */
  after: object;
}

const CASES: Case[] = [
  {
    name: "the first look finds files",
    before: { kind: "looking" },
    act: "look",
    error: atRisk(FILES, "a"),
    after: { kind: "refused", isUnknown: false, reports: FILES, consent: "a", news: null },
  },
  {
    name: "the first look cannot read something",
    before: { kind: "looking" },
    act: "look",
    error: unknown("a"),
    after: { kind: "refused", isUnknown: true, news: null },
  },
  {
    name: "what was forced has changed since it was shown",
    before: shown(FILES, "a"),
    act: "force",
    error: atRisk(COMMIT, "b"),
    after: { reports: COMMIT, consent: "b", news: { words: expect.stringMatching(/^Something changed .* Nothing was deleted/) } },
  },
  {
    name: "a stash leaves a commit",
    before: shown(FILES, "a"),
    act: "stash",
    stash: { stashed: true, message: "2 files are kept in a stash." },
    error: atRisk(COMMIT, "b"),
    after: { reports: COMMIT, news: { words: "The files are stashed. Nothing was deleted: a stash does not hold the commit." } },
  },
  {
    name: "there was nothing to stash",
    before: shown(COMMIT, "a"),
    act: "stash",
    stash: { stashed: false, message: "There was nothing to stash." },
    error: atRisk(COMMIT, "a"),
    after: { news: { words: "There was nothing to stash. Nothing was deleted." } },
  },
  {
    name: "files changed again after the stash",
    before: shown(FILES, "a"),
    act: "stash",
    stash: { stashed: true, message: "2 files are kept in a stash." },
    error: atRisk(FILES, "b"),
    after: { news: { words: expect.stringMatching(/files have changed since/) } },
  },
  {
    name: "after a stash something cannot be read",
    before: shown(FILES, "a"),
    act: "stash",
    stash: { stashed: true, message: "2 files are kept in a stash." },
    error: unknown("b"),
    after: { isUnknown: true, news: { words: expect.stringMatching(/not everything could be read/) } },
  },
  {
    name: "another look finds the same",
    before: shown(UNREAD, "a", true),
    act: "look",
    error: unknown("a"),
    after: { news: { words: expect.stringMatching(/still cannot be read/) } },
  },
  {
    name: "a refused stash leaves the findings",
    before: shown(FILES, "a"),
    act: "stash",
    error: asError({ kind: "worktree_busy", sessionId: "s", taskId: "t" }),
    after: { reports: FILES, consent: "a", news: { isProblem: true, words: expect.stringMatching(/working in this worktree/) } },
  },
  {
    name: "no answer: what was shown may no longer be true",
    before: shown(FILES, "a"),
    act: "force",
    error: new TypeError("Failed to fetch"),
    after: {
      kind: "failed",
      words: { title: "BooCode does not answer", hint: expect.stringMatching(/Whether it was deleted is known once BooCode answers/) },
    },
  },
];

test.each(CASES)("$name", ({ before, act, stash = null, error, after }) => {
  expect(toDeletionView(before, { error, act, stash })).toMatchObject(after);
});
