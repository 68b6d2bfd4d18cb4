import { type Refusal, refuse } from "../faults/domain-error.ts";
import type { TaskId } from "../ids.ts";
import type { Task } from "./task.ts";
import { hasEnded } from "./task-transitions.ts";

/**
 * Decides what becomes of words for a turn: they are given to it, or it has ended and they wait as a prompt. Faults: `task_not_found`,
 * `steer_unsupported` for a running agent that takes no words during a turn.
 */
export function decideSteer(
  state: { task: Pick<Task, "id" | "state" | "agent"> | null; canSteer: boolean },
  taskId: TaskId,
): { kind: "give"; into: TaskId } | { kind: "queue" } | Refusal {
  const { task } = state;
  if (task === null) return refuse({ kind: "task_not_found", taskId });
  if (hasEnded(task)) return { kind: "queue" };
  if (!state.canSteer) return refuse({ kind: "steer_unsupported", agent: task.agent });
  return { kind: "give", into: task.id };
}

/** The fields of a task that say whether a turn may be given its words. */
type SteeringTask = Pick<Task, "state" | "steers">;

/** Decides whether waiting words may be given to a turn now: both must still be what they were. */
export function mayTake(words: SteeringTask | null, turn: Pick<Task, "id" | "state"> | null): boolean {
  return words?.state === "queued" && turn?.state === "running" && words.steers === turn.id;
}
