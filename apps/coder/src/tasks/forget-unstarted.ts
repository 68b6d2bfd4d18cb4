import type { Task } from "@boocode/shared/tasks/task";
import { hasEnded } from "@boocode/shared/tasks/task-transitions";
import type { AgentPool } from "../agents/agent-pool.ts";

/** Tells the pool if a task for work that an agent began itself has ended before it started, so that nothing follows that work. */
export function forgetUnstarted(pool: Pick<AgentPool, "forgetUnasked">, task: Task | null): void {
  if (task?.kind === "agent" && task.startedAt === null && hasEnded(task)) pool.forgetUnasked(task);
}
