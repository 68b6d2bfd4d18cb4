import * as fc from "fast-check";
import { expect, it } from "vitest";
import { AgentId, ChatId, SessionId, TaskId } from "../ids.ts";
import { decideDispatch, type DispatchTask } from "./decide-dispatch.ts";

/** `a1 queued`: task `a1` of session `a`, accepted first. */
const task = (id: string, state: DispatchTask["state"] = "queued"): DispatchTask => ({
  id: TaskId.parse(id),
  sessionId: SessionId.parse(id[0]),
  chatId: ChatId.parse(`chat-${id[0]}`),
  agent: AgentId.parse("boocode"),
  kind: "message",
  state,
  position: Number(id.slice(1)),
  notBefore: null,
  ignoresBudget: false,
});
const NOW = 1_000;
/** A queued task that waits for a time; one of its chat and agent, or not. */
const held = (id: string, notBefore: number, other: Partial<DispatchTask> = {}): DispatchTask => ({ ...task(id), notBefore, ...other });
const elsewhere = { chatId: ChatId.parse("another") };
const otherAgent = { agent: AgentId.parse("opencode") };
const wait = (taskId: string, waitsFor: string | null, reason: string) => ({ taskId, waitsFor, reason });

it.each([
  { name: "nothing to do", tasks: [], start: [], waiting: [] },
  { name: "one starts", tasks: [task("a1")], start: ["a1"], waiting: [] },
  {
    name: "in order of acceptance, whatever the input order",
    tasks: [task("a3"), task("a1"), task("a2")],
    start: ["a1"],
    waiting: [wait("a2", "a1", "worktree_in_use"), wait("a3", "a2", "earlier_in_queue")],
  },
  {
    name: "one at a time in a session",
    tasks: [task("a1", "running"), task("a2"), task("a3")],
    start: [],
    waiting: [wait("a2", "a1", "worktree_in_use"), wait("a3", "a2", "earlier_in_queue")],
  },
  {
    name: "a task accepted before the running one still waits",
    tasks: [task("a2", "running"), task("a1")],
    start: [],
    waiting: [wait("a1", "a2", "worktree_in_use")],
  },
  {
    name: "sessions do not wait for each other",
    tasks: [task("a1", "running"), task("b1"), task("a2"), task("c1"), task("c2")],
    start: ["b1", "c1"],
    waiting: [wait("a2", "a1", "worktree_in_use"), wait("c2", "c1", "worktree_in_use")],
  },
  {
    name: "the first in line waits for a permission",
    tasks: [task("a1", "running"), task("a2"), task("a3")],
    asking: ["a1"],
    start: [],
    waiting: [wait("a2", "a1", "permission"), wait("a3", "a2", "earlier_in_queue")],
  },
  {
    name: "an ended task blocks nothing",
    tasks: [task("a1", "completed"), task("a2", "interrupted"), task("a3")],
    start: ["a3"],
    waiting: [],
  },
  {
    name: "a task in preparation holds the session, wherever it stands in the queue",
    tasks: [task("a1"), task("a2"), task("a3")],
    preparing: ["a2"],
    start: [],
    waiting: [wait("a1", "a2", "worktree_in_use"), wait("a3", "a1", "earlier_in_queue")],
  },
  {
    name: "a task waits for its time, and later ones of its chat and agent behind it",
    tasks: [held("a1", NOW + 5), task("a2"), task("a3")],
    start: [],
    waiting: [wait("a1", null, "not_before"), wait("a2", "a1", "earlier_in_queue"), wait("a3", "a2", "earlier_in_queue")],
    lookAgainAt: NOW + 5,
  },
  {
    name: "a task whose time has come is like any other",
    tasks: [held("a1", NOW), task("a2")],
    start: ["a1"],
    waiting: [wait("a2", "a1", "worktree_in_use")],
  },
  {
    name: "other chats and other agents pass a task that waits for its time",
    tasks: [held("a1", NOW + 9), { ...task("a2"), ...otherAgent }, { ...task("a3"), ...elsewhere }, held("a4", NOW + 7, elsewhere)],
    start: ["a2"],
    waiting: [wait("a1", null, "not_before"), wait("a3", "a2", "worktree_in_use"), wait("a4", null, "not_before")],
    lookAgainAt: NOW + 7,
  },
  {
    name: "an agent's own turn passes what waits for its time, and lets nothing pass with it",
    tasks: [held("a1", NOW + 5), task("a2"), { ...task("a3"), kind: "agent" as const }, task("a4")],
    start: ["a3"],
    waiting: [wait("a1", null, "not_before"), wait("a2", "a1", "earlier_in_queue"), wait("a4", "a2", "earlier_in_queue")],
    lookAgainAt: NOW + 5,
  },
  {
    name: "behind a running one, a task still waits for its time",
    tasks: [task("a9", "running"), held("a1", NOW + 1), { ...task("a2"), ...otherAgent }],
    start: [],
    waiting: [wait("a1", null, "not_before"), wait("a2", "a9", "worktree_in_use")],
    lookAgainAt: NOW + 1,
  },
  {
    name: "a used-up budget holds a session's prompts, and no other session's",
    tasks: [task("a1"), task("a2"), task("b1")],
    overBudget: { a: null },
    start: ["b1"],
    waiting: [wait("a1", null, "budget"), wait("a2", null, "budget")],
  },
  {
    name: "a budget that counts from zero again is looked at then",
    tasks: [task("a1"), held("b1", NOW + 5)],
    overBudget: { a: NOW + 3, b: NOW + 3 },
    start: [],
    waiting: [wait("a1", null, "budget"), wait("b1", null, "not_before")],
    lookAgainAt: NOW + 3,
  },
  {
    name: "a prompt that the person lets run does not pass a held one of its chat, whatever the agent",
    tasks: [
      { ...task("a1"), ignoresBudget: true },
      task("a2"),
      { ...task("a3"), ignoresBudget: true },
      { ...task("a4"), ...otherAgent, ignoresBudget: true },
    ],
    overBudget: { a: null },
    start: ["a1"],
    waiting: [wait("a2", null, "budget"), wait("a3", "a2", "earlier_in_queue"), wait("a4", "a2", "earlier_in_queue")],
  },
  {
    name: "a prompt that the person lets run passes those of other chats, and lets none pass with it",
    tasks: [
      task("a1"),
      { ...task("a2"), ...elsewhere, ignoresBudget: true },
      { ...task("a3"), ...elsewhere, ignoresBudget: true },
      { ...task("a4"), ...elsewhere },
    ],
    overBudget: { a: null },
    start: ["a2"],
    waiting: [wait("a1", null, "budget"), wait("a3", "a2", "worktree_in_use"), wait("a4", null, "budget")],
  },
  {
    name: "a used-up budget cuts nothing that runs or is about to, and holds no work that an agent began",
    tasks: [task("a1", "running"), task("a2"), task("b1"), task("b2"), { ...task("c1"), kind: "agent" as const }],
    preparing: ["b1"],
    overBudget: { a: null, b: null, c: null },
    start: ["c1"],
    waiting: [wait("a2", null, "budget"), wait("b2", null, "budget")],
  },
])("$name", ({ tasks, asking = [], preparing = [], overBudget = {}, start, waiting, lookAgainAt = null }) => {
  const held = new Map(Object.entries(overBudget).map(([id, at]) => [SessionId.parse(id), at as number | null]));
  const facts = { now: NOW, asking: ids(asking), preparing: ids(preparing), overBudget: held };
  expect(decideDispatch(tasks, facts)).toEqual({ start, waiting, lookAgainAt });
});

const ids = (names: readonly string[]) => new Set(names.map((id) => TaskId.parse(id)));

/** Tasks of one journal have distinct seqs. */
const arbitraryTasks = fc
  .uniqueArray(
    fc.record({
      id: fc.nat(60).map((n) => TaskId.parse(`t${n}`)),
      sessionId: fc.constantFrom("a", "b", "c").map((id) => SessionId.parse(id)),
      state: fc.constantFrom("queued", "queued", "running", "completed") satisfies fc.Arbitrary<DispatchTask["state"]>,
      chatId: fc.constantFrom("c1", "c2").map((id) => ChatId.parse(id)),
      agent: fc.constantFrom("boocode", "opencode").map((id) => AgentId.parse(id)),
      kind: fc.constantFrom("message", "agent") satisfies fc.Arbitrary<DispatchTask["kind"]>,
      position: fc.nat(60),
      notBefore: fc.constantFrom(null, null, NOW - 1, NOW + 1, NOW + 2),
      ignoresBudget: fc.boolean(),
    }),
    { selector: ({ id }) => id },
  )
  .map((tasks) => tasks.map((task, place) => ({ ...task, position: task.position * 100 + place })));

it("never lets two run in one session, and every queued task starts or waits", () => {
  fc.assert(
    fc.property(arbitraryTasks, fc.subarray(["a", "b", "c"]), (tasks, over) => {
      const overBudget = new Map(over.map((id) => [SessionId.parse(id), null]));
      const { start, waiting } = decideDispatch(tasks, { now: NOW, overBudget });
      const sessionOf = new Map(tasks.map((task) => [task.id, task.sessionId]));
      const busy = new Set(tasks.filter((task) => task.state === "running").map((task) => task.sessionId));
      const starting = start.map((id) => sessionOf.get(id));
      expect(new Set(starting).size).toBe(starting.length);
      expect(starting.filter((id) => id !== undefined && busy.has(id))).toEqual([]);
      const queued = tasks.filter((task) => task.state === "queued").map((task) => task.id);
      expect([...start, ...waiting.map(({ taskId }) => taskId)].toSorted()).toEqual(queued.toSorted());
      const early = tasks.filter(({ id, notBefore }) => start.includes(id) && notBefore !== null && notBefore > NOW);
      expect(early).toEqual([]);
      const tooMuch = tasks.filter(
        ({ id, sessionId, kind, ignoresBudget }) => start.includes(id) && overBudget.has(sessionId) && kind !== "agent" && !ignoresBudget,
      );
      expect(tooMuch).toEqual([]);
      expect(waiting.filter(({ taskId, waitsFor }) => waitsFor !== null && sessionOf.get(taskId) !== sessionOf.get(waitsFor))).toEqual([]);
    }),
  );
});

it("decides the same between two of one place, however they are given", () => {
  const twins = ["t1", "t0"].map((id): DispatchTask => ({
    id: TaskId.parse(id),
    sessionId: SessionId.parse("a"),
    chatId: ChatId.parse("c"),
    agent: AgentId.parse("boocode"),
    kind: "message",
    state: "queued",
    position: 7,
    notBefore: null,
    ignoresBudget: false,
  }));
  expect(decideDispatch(twins, { now: NOW })).toEqual(decideDispatch(twins.toReversed(), { now: NOW }));
});

it("decides the same for any order of the tasks", () => {
  fc.assert(
    fc.property(arbitraryTasks, (tasks) => {
      const { start, waiting } = decideDispatch(tasks, { now: NOW });
      const turned = decideDispatch(tasks.toReversed(), { now: NOW });
      expect(turned.start.toSorted()).toEqual(start.toSorted());
      expect(turned.waiting).toHaveLength(waiting.length);
      expect(turned.waiting).toEqual(expect.arrayContaining(waiting));
    }),
  );
});
