import * as fc from "fast-check";
import { expect, it } from "vitest";
import { TaskId } from "../ids.ts";
import { decideReorder, decideSendNow, decideUnqueue, type QueuePlace } from "./decide-queue-change.ts";
import type { Task } from "./task.ts";

type Row = Pick<Task, "id" | "state" | "cause" | "position" | "startedAt">;

const row = (name: string, position: number, state: Task["state"] = "queued", startedAt: number | null = null): Row => ({
  id: TaskId.parse(name),
  state,
  cause: null,
  position,
  startedAt,
});

const [a, b, c] = [row("a", 3), row("b", 5), row("c", 9)];
const running = row("r", 20, "running", 1);
const ended = row("e", 12, "completed", 1);
const removed = row("x", 4, "cancelled");
const steered: Row = { ...removed, cause: "steered" };

/** The names of the queued tasks in their order after the move. */
function order(queue: readonly Row[], moved: Row, to: QueuePlace): string {
  const decision = decideReorder(queue, moved, to);
  if (decision.kind === "refuse") return decision.fault.kind;
  const places = new Map(decision.changed.map(({ id, position }) => [id, position]));
  const queued = queue.filter(({ state }) => state === "queued");
  return queued
    .toSorted((left, right) => (places.get(left.id) ?? left.position) - (places.get(right.id) ?? right.position))
    .map(({ id }) => id)
    .join("");
}

it.each<[string, Row, QueuePlace, string]>([
  ["before the first", c, { next: "before", anchor: a }, "cab"],
  ["before the second", c, { next: "before", anchor: b }, "acb"],
  ["after the last", a, { next: "after", anchor: c }, "bca"],
  ["after the one it follows", b, { next: "after", anchor: a }, "abc"],
  ["before itself", b, { next: "before", anchor: b }, "abc"],
  ["to the front", c, { next: "first" }, "cab"],
  ["before one that runs by now", c, { next: "before", anchor: running }, "cab"],
  ["after one that has ended by now", c, { next: "after", anchor: ended }, "cab"],
  ["before one that was removed by now", c, { next: "before", anchor: removed }, "acb"],
  ["after one that was removed by now", c, { next: "after", anchor: removed }, "acb"],
  ["after words that a turn was given by now", c, { next: "after", anchor: steered }, "cab"],
  ["one that runs by now", running, { next: "first" }, "task_not_queued"],
  ["one that was removed by now", removed, { next: "after", anchor: a }, "task_not_queued"],
])("moves a prompt %s", (_, moved, to, expected) => {
  expect(order([c, running, a, b], moved, to)).toBe(expected);
});

it("moves by anybody, in any order, keep every prompt once, and the others in their order", () => {
  const queue = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });
  const move = fc.record({ moved: fc.nat(), anchor: fc.nat(), next: fc.constantFrom("before", "after", "first") });
  fc.assert(
    fc.property(queue, fc.array(move, { maxLength: 10 }), (positions, moves) => {
      let rows = positions.map((position, index) => row(`t${index}`, position));
      const sorted = () => rows.toSorted((left, right) => left.position - right.position).map(({ id }) => id);
      for (const { moved, anchor, next } of moves) {
        const target = rows[moved % rows.length]!;
        const to: QueuePlace = next === "first" ? { next } : { next, anchor: rows[anchor % rows.length]! };
        const before = sorted();
        const decision = decideReorder(rows, target, to);
        if (decision.kind === "refuse") throw new Error("refused");
        const places = new Map(decision.changed.map((each) => [each.id, each.position]));
        rows = rows.map((each) => ({ ...each, position: places.get(each.id) ?? each.position }));
        expect(sorted().filter((id) => id !== target.id)).toEqual(before.filter((id) => id !== target.id));
        const isNext = to.next !== "first" && to.anchor.id !== target.id;
        const away = isNext ? sorted().indexOf(target.id) - sorted().indexOf(to.anchor.id) : null;
        expect(away).toBe(isNext ? (to.next === "before" ? -1 : 1) : null);
      }
      expect(rows.map(({ position }) => position).toSorted()).toEqual(positions.toSorted());
    }),
  );
});

const id = TaskId.parse("t");
it.each<[string, Row | null, string, string]>([
  ["unknown", null, "task_not_found", "task_not_found"],
  ["queued", a, "accept", "accept"],
  ["running", running, "task_not_queued", "unchanged"],
  ["ended", ended, "task_not_queued", "task_not_queued"],
  ["removed", removed, "unchanged", "task_not_queued"],
  ["given to a turn", steered, "task_not_queued", "task_not_queued"],
  ["stopped in its turn", row("s", 1, "cancelled", 5), "task_not_queued", "task_not_queued"],
])("a prompt that is %s: removing, sending now", (_, task, unqueued, sent) => {
  const nameOf = (decision: ReturnType<typeof decideUnqueue>) => (decision.kind === "refuse" ? decision.fault.kind : decision.kind);
  expect(nameOf(decideUnqueue(task, id))).toBe(unqueued);
  expect(nameOf(decideSendNow(task, id))).toBe(sent);
});
