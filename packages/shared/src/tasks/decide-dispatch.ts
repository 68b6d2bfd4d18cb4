import type { SessionId, TaskId } from "../ids.ts";
import type { Task } from "./task.ts";

export interface WaitingTask {
  taskId: TaskId;
  /** The task directly ahead of it. */
  waitsFor: TaskId;
  /** `worktree_in_use`: that task is running. `permission`: it is running and waits for an answer. `earlier_in_queue`: it is queued too. */
  reason: "worktree_in_use" | "earlier_in_queue" | "permission";
}

/** The fields of a task the dispatcher needs. */
export type DispatchTask = Pick<Task, "id" | "sessionId" | "state" | "acceptedSeq">;

/**
 * Decides which tasks start now and what the others wait for.
 *
 * One task runs per session, because a session has one worktree. Tasks start in order of acceptance, and sessions do not wait for each
 * other. `askingForPermission` contains the running tasks that wait for a person's answer.
 */
export function decideDispatch(
  openTasks: readonly DispatchTask[],
  askingForPermission: ReadonlySet<TaskId> = new Set(),
): { start: TaskId[]; waiting: WaitingTask[] } {
  const start: TaskId[] = [];
  const waiting: WaitingTask[] = [];
  for (const tasks of groupBySession(openTasks).values()) {
    const queued = tasks.filter((task) => task.state === "queued").toSorted(byAcceptance);
    const running = tasks.filter((task) => task.state === "running").toSorted(byAcceptance)[0];
    const first = running ?? queued.shift();
    if (first === undefined) continue;
    if (running === undefined) start.push(first.id);

    let before = first;
    for (const task of queued) {
      const reason = before !== first ? "earlier_in_queue" : askingForPermission.has(first.id) ? "permission" : "worktree_in_use";
      waiting.push({ taskId: task.id, waitsFor: before.id, reason });
      before = task;
    }
  }
  return { start, waiting };
}

/** Orders tasks by acceptance. Prompts of one session have distinct seqs; ids only make the order independent of the input. */
const byAcceptance = (a: DispatchTask, b: DispatchTask): number => a.acceptedSeq - b.acceptedSeq || (a.id < b.id ? -1 : 1);

function groupBySession(tasks: readonly DispatchTask[]): Map<SessionId, DispatchTask[]> {
  const groups = new Map<SessionId, DispatchTask[]>();
  for (const task of tasks) {
    const group = groups.get(task.sessionId);
    if (group === undefined) groups.set(task.sessionId, [task]);
    else group.push(task);
  }
  return groups;
}
