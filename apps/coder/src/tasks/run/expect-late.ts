import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { Task } from "@boocode/shared/tasks/task";
import { recordLateTerminal } from "./end-task.ts";
import type { TaskDeps } from "./run-ports.ts";

/** Records the end of a turn that was abandoned, if it ever comes. */
export function expectLate(deps: TaskDeps, task: Task, generation: number, turn: Promise<TurnEnd>): void {
  turn
    .then(
      ({ state }) => state,
      () => "failed",
    )
    .then((state) => recordLateTerminal(deps, task, generation, state))
    .catch((error: unknown) => deps.logger.warn({ err: error, taskId: task.id }, "A late end could not be recorded"));
}
