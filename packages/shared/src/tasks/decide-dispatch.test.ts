import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SessionId, TaskId } from "../ids.ts";
import { decideDispatch, type DispatchTask } from "./decide-dispatch.ts";

/** `a1 queued`: task `a1` of session `a`, accepted first. */
const task = (id: string, state: DispatchTask["state"] = "queued"): DispatchTask => ({
  id: TaskId.parse(id),
  sessionId: SessionId.parse(id[0]),
  state,
  acceptedSeq: Number(id.slice(1)),
});
const wait = (taskId: string, waitsFor: string, reason: string) => ({ taskId, waitsFor, reason });

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
])("$name", ({ tasks, asking = [], start, waiting }) => {
  expect(decideDispatch(tasks, new Set(asking.map((id) => TaskId.parse(id))))).toEqual({ start, waiting });
});

/** Tasks of one journal have distinct seqs. */
const arbitraryTasks = fc
  .uniqueArray(
    fc.record({
      id: fc.nat(60).map((n) => TaskId.parse(`t${n}`)),
      sessionId: fc.constantFrom("a", "b", "c").map((id) => SessionId.parse(id)),
      state: fc.constantFrom("queued", "queued", "running", "completed") satisfies fc.Arbitrary<DispatchTask["state"]>,
      acceptedSeq: fc.nat(60),
    }),
    { selector: ({ id }) => id },
  )
  .map((tasks) => tasks.map((task, place) => ({ ...task, acceptedSeq: task.acceptedSeq * 100 + place })));

it("never lets two run in one session, and every queued task starts or waits", () => {
  fc.assert(
    fc.property(arbitraryTasks, (tasks) => {
      const { start, waiting } = decideDispatch(tasks);
      const sessionOf = new Map(tasks.map((task) => [task.id, task.sessionId]));
      const busy = new Set(tasks.filter((task) => task.state === "running").map((task) => task.sessionId));
      const starting = start.map((id) => sessionOf.get(id));
      expect(new Set(starting).size).toBe(starting.length);
      expect(starting.filter((id) => id !== undefined && busy.has(id))).toEqual([]);
      const queued = tasks.filter((task) => task.state === "queued").map((task) => task.id);
      expect([...start, ...waiting.map(({ taskId }) => taskId)].toSorted()).toEqual(queued.toSorted());
      expect(waiting.filter(({ taskId, waitsFor }) => sessionOf.get(taskId) !== sessionOf.get(waitsFor))).toEqual([]);
    }),
  );
});

it("decides the same between two of one place, however they are given", () => {
  const twins = ["t1", "t0"].map((id): DispatchTask => ({
    id: TaskId.parse(id),
    sessionId: SessionId.parse("a"),
    state: "queued",
    acceptedSeq: 7,
  }));
  expect(decideDispatch(twins)).toEqual(decideDispatch(twins.toReversed()));
});

it("decides the same for any order of the tasks", () => {
  fc.assert(
    fc.property(arbitraryTasks, (tasks) => {
      const { start, waiting } = decideDispatch(tasks);
      const turned = decideDispatch(tasks.toReversed());
      expect(turned.start.toSorted()).toEqual(start.toSorted());
      expect(turned.waiting).toHaveLength(waiting.length);
      expect(turned.waiting).toEqual(expect.arrayContaining(waiting));
    }),
  );
});
