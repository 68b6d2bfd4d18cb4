import { expect, it } from "vitest";
import { decideEscaped, type EscapeFacts, type UnmarkedProcess } from "./decide-escaped.ts";

const DAEMON = 100;
const AGENT = 200;
const turns = [{ isOfSession: true, startedAt: 1_000, endedAt: 2_000 }];
const another = { isOfSession: false, startedAt: 1_200, endedAt: 1_800 };
const facts: Omit<EscapeFacts, "processes"> = {
  known: new Set([DAEMON, AGENT]),
  adopters: new Set([1, 7]),
  hasCgroup: false,
  turns,
};
const loose: UnmarkedProcess = {
  pid: 300,
  parent: 1,
  startedAt: 1_500,
  isInWorktree: true,
  hasTerminal: false,
  variables: ["PWD", "PATH", "HOME"],
  isContained: false,
};
const decide = (one: Partial<UnmarkedProcess>, more: Partial<EscapeFacts> = {}) =>
  decideEscaped({ ...facts, processes: [{ ...loose, ...one }], ...more }).length === 1;

it.each<[string, boolean, Partial<UnmarkedProcess>, Partial<EscapeFacts>?]>([
  ["without an environment and a parent is the session's", true, {}],
  ["adopted by another process than the first is the session's", true, { parent: 7 }],
  ["whose parent is BooCode's is found by its parent instead", false, { parent: AGENT }],
  ["whose parent lives and is nobody's is not the session's", false, { parent: 999 }],
  ["that works elsewhere is not known to be the session's", false, { isInWorktree: false }],
  ["with a terminal is a person's", false, { hasTerminal: true }],
  ["with an environment of a login is a person's", false, { variables: ["PATH", "LOGNAME"] }],
  ["whose environment cannot be read is left alone", false, { variables: null }],
  ["from before the session's first turn is not its own", false, { startedAt: 999 }],
  ["from after its last turn is its own: something of it may have waited", true, { startedAt: 9_000 }],
  ["in a session without turns is not its own", false, {}, { turns: [another] }],
  ["outside the cgroup is not BooCode's", false, {}, { hasCgroup: true }],
  [
    "inside the cgroup is the session's, whatever else",
    true,
    { isContained: true, hasTerminal: true, variables: ["USER"] },
    { hasCgroup: true },
  ],
  ["inside the cgroup and elsewhere is of the only turn", true, { isContained: true, isInWorktree: false }, { hasCgroup: true }],
  [
    "inside the cgroup and elsewhere is nobody's while two sessions had a turn",
    false,
    { isContained: true, isInWorktree: false },
    { hasCgroup: true, turns: [...turns, another] },
  ],
  [
    "inside the cgroup, elsewhere and between the turns is nobody's",
    false,
    { isContained: true, isInWorktree: false, startedAt: 2_001 },
    { hasCgroup: true },
  ],
])("an unmarked process %s", (_, isEscaped, one, more) => {
  expect(decide(one, more)).toBe(isEscaped);
});

it("what an escaped process started has escaped with it, and a circle of parents ends", () => {
  const [child, grandchild] = [
    { ...loose, pid: 301, parent: 300 },
    { ...loose, pid: 302, parent: 301 },
  ];
  expect(decideEscaped({ ...facts, processes: [loose, child, grandchild] })).toEqual([300, 301, 302]);
  const circle = [
    { ...loose, pid: 1_001, parent: 1_002 },
    { ...loose, pid: 1_002, parent: 1_001 },
  ];
  expect(decideEscaped({ ...facts, processes: circle })).toEqual([]);
});
