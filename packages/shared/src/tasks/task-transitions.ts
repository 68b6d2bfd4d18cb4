import { type Refusal, refuse } from "../faults/domain-error.ts";
import type { EpochMs } from "../ids.ts";
import type { Usage } from "../agents/usage.ts";
import type { Task, TaskCause, TaskEndState, TaskEvidence } from "./task.ts";

/** A state change of a task. */
export type TaskTransition =
  | { type: "start"; at: EpochMs }
  /** The person asked to stop the task. */
  | { type: "request_stop"; at: EpochMs }
  | {
      type: "end";
      at: EpochMs;
      state: TaskEndState;
      cause: TaskCause | null;
      evidence?: TaskEvidence | null;
      usage?: Usage | null;
      /** The model that answered. If absent, the task keeps the model it was sent with. */
      model?: string;
    };

/**
 * Returns the task after a transition.
 *
 * A task ends once: a later end, or a stop of an ended task, returns the same object and is never applied. Faults: `task_not_queued` for
 * starting a task that is not queued, `invalid_input` for an end that only a started task can have.
 */
export function applyTaskTransition(task: Task, transition: TaskTransition): Task | Refusal {
  switch (transition.type) {
    case "start":
      if (task.state !== "queued") return refuse({ kind: "task_not_queued", taskId: task.id, state: task.state });
      return { ...task, state: "running", startedAt: transition.at };
    case "request_stop":
      if (task.state === "queued") return { ...task, state: "cancelled", cause: "stopped_by_person", endedAt: transition.at };
      if (task.state !== "running" || task.stopRequestedAt !== null) return task;
      return { ...task, stopRequestedAt: transition.at };
    case "end":
      if (hasEnded(task)) return task;
      if (task.state === "queued" && (transition.state === "completed" || transition.state === "interrupted")) {
        return refuse({
          kind: "invalid_input",
          issues: [{ path: "state", message: `A task that never started cannot end as ${transition.state}.` }],
        });
      }
      return {
        ...task,
        state: transition.state,
        cause: transition.cause,
        evidence: transition.evidence ?? null,
        usage: transition.usage ?? null,
        model: transition.model ?? task.model,
        // The stop request is fulfilled or moot, so it is cleared.
        stopRequestedAt: null,
        endedAt: transition.at,
      };
  }
}

/** Returns whether a task has ended. */
export function hasEnded(task: Pick<Task, "state">): boolean {
  return task.state !== "queued" && task.state !== "running";
}
