import { type Refusal, refuse } from "../faults/domain-error.ts";
import type { Seq, TaskId } from "../ids.ts";
import type { Task } from "./task.ts";

type QueueTask = Pick<Task, "id" | "state" | "cause" | "position" | "startedAt">;

/** A place in a queue: directly before or after another task, or in front of all. */
export type QueuePlace = { next: "before" | "after"; anchor: QueueTask } | { next: "first" };

/** A queued task's new place. */
export interface MovedTask {
  id: TaskId;
  position: Seq;
}

/** Decides whether a prompt may be removed from the queue. `unchanged`: it has been removed already. */
export function decideUnqueue(task: QueueTask | null, taskId: TaskId): { kind: "accept" } | { kind: "unchanged" } | Refusal {
  if (task === null) return refuse({ kind: "task_not_found", taskId });
  if (task.state === "queued") return { kind: "accept" };
  if (wasRemoved(task)) return { kind: "unchanged" };
  return refuse({ kind: "task_not_queued", taskId, state: task.cause === "steered" ? "given to the agent" : task.state });
}

/** Decides whether a prompt may be sent at once. `unchanged`: it runs already. */
export function decideSendNow(task: QueueTask | null, taskId: TaskId): { kind: "accept" } | { kind: "unchanged" } | Refusal {
  if (task === null) return refuse({ kind: "task_not_found", taskId });
  if (task.state === "queued") return { kind: "accept" };
  if (task.state === "running") return { kind: "unchanged" };
  return refuse({ kind: "task_not_queued", taskId, state: task.state });
}

/** Returns whether a task was taken out of the queue before it started. Words that a turn was given were not: the agent has them. */
export function wasRemoved({ state, cause, startedAt }: Pick<Task, "state" | "cause" | "startedAt">): boolean {
  return state === "cancelled" && cause !== "steered" && startedAt === null;
}

/**
 * Decides the order of a queue after one task is moved; returns the tasks whose place changes.
 *
 * The queued tasks keep the set of their places and only exchange them, so no place is used twice and new prompts still come last. All
 * others keep their order among each other, so moves by several people never lose or double a prompt. If the task to be moved next to has
 * started meanwhile, the moved one comes first; if it was removed, its old place counts. Faults: `task_not_queued`.
 */
export function decideReorder(
  queue: readonly QueueTask[],
  moved: QueueTask,
  to: QueuePlace,
): { kind: "accept"; changed: MovedTask[] } | Refusal {
  if (moved.state !== "queued") return refuse({ kind: "task_not_queued", taskId: moved.id, state: moved.state });
  const queued = queue.filter((task) => task.state === "queued").toSorted((a, b) => a.position - b.position);
  const others = queued.filter(({ id }) => id !== moved.id);
  const target = placeOf(others, moved, to);
  const order = target === null ? queued : others.toSpliced(target, 0, moved);
  const changed = order.flatMap(({ id, position }, at) => {
    const next = queued[at]?.position ?? position;
    return next === position ? [] : [{ id, position: next }];
  });
  return { kind: "accept", changed };
}

/** Returns the index among the others; null to stay. */
function placeOf(others: readonly QueueTask[], moved: QueueTask, to: QueuePlace): number | null {
  if (to.next === "first") return 0;
  const { anchor } = to;
  if (anchor.id === moved.id) return null;
  const at = others.findIndex(({ id }) => id === anchor.id);
  if (at !== -1) return to.next === "before" ? at : at + 1;
  if (!wasRemoved(anchor)) return 0;
  const behind = others.findIndex(({ position }) => position > anchor.position);
  return behind === -1 ? others.length : behind;
}
