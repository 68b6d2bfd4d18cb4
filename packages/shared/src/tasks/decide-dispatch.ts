import type { ChatId, EpochMs, SessionId, TaskId } from "../ids.ts";
import type { Task } from "./task.ts";

export interface WaitingTask {
  taskId: TaskId;
  /** The task directly ahead of it; null for `not_before` and `budget`. */
  waitsFor: TaskId | null;
  /**
   * `worktree_in_use`: that task is running. `permission`: it is running and waits for an answer. `earlier_in_queue`: it is queued too.
   * `not_before`: the task waits for its own time. `budget`: a budget is used up, and the person has not let this task run all the same.
   */
  reason: "worktree_in_use" | "earlier_in_queue" | "permission" | "not_before" | "budget";
}

/** The fields of a task the dispatcher needs. */
export type DispatchTask = Pick<
  Task,
  "id" | "sessionId" | "chatId" | "agent" | "kind" | "state" | "position" | "notBefore" | "ignoresBudget"
>;

/** What a dispatch depends on besides the tasks. */
export interface DispatchFacts {
  now: EpochMs;
  /** The running tasks that wait for a person's answer. */
  asking?: ReadonlySet<TaskId>;
  /** Tasks that are queued, and that a run is preparing: they hold their session as a running one does. */
  preparing?: ReadonlySet<TaskId>;
  /** The sessions in which a budget stops the next turn, each with when that budget counts from zero again; null if never. */
  overBudget?: ReadonlyMap<SessionId, EpochMs | null>;
}

/**
 * Decides which tasks start now, what the others wait for, and when to look again although nothing has changed (null: not).
 *
 * One task runs per session, because a session has one worktree. Tasks start in the order of the queue, and sessions do not wait for each
 * other. A task that waits for its time lets others pass, except later prompts of the same chat to the same agent: what a person said to it
 * is not turned around. Work that an agent began itself waits behind none of them: it runs already, and may ask something.
 *
 * A used-up budget holds every prompt of its session, except those that the person lets run all the same, and
 * those wait behind a held one of their chat, too. What runs, or is about to, goes on.
 */
export function decideDispatch(
  openTasks: readonly DispatchTask[],
  { now, asking = NONE, preparing = NONE, overBudget = NO_SESSIONS }: DispatchFacts,
): { start: TaskId[]; waiting: WaitingTask[]; lookAgainAt: EpochMs | null } {
  const start: TaskId[] = [];
  const waiting: WaitingTask[] = [];
  let lookAgainAt: EpochMs | null = null;
  const lookAt = (at: EpochMs) => (lookAgainAt = lookAgainAt === null ? at : Math.min(lookAgainAt, at));
  for (const [sessionId, tasks] of groupBySession(openTasks)) {
    const resetsAt = overBudget.get(sessionId);
    const queued = tasks.filter((task) => task.state === "queued").toSorted(byPosition);
    const busy = tasks.filter((task) => task.state === "running").toSorted(byPosition)[0] ?? queued.find(({ id }) => preparing.has(id));
    const held = new Map<string, TaskId>();
    const heldByBudget = new Map<ChatId, TaskId>();
    let before = busy;
    for (const task of queued) {
      if (task === busy) continue;
      const { id: taskId, notBefore } = task;
      const line = `${task.chatId} ${task.agent}`;
      const heldBy =
        task.kind === "agent" ? undefined : (held.get(line) ?? (task.ignoresBudget ? heldByBudget.get(task.chatId) : undefined));
      if (notBefore !== null && notBefore > now) {
        waiting.push({ taskId, waitsFor: null, reason: "not_before" });
        lookAt(notBefore);
        held.set(line, taskId);
      } else if (heldBy !== undefined) {
        waiting.push({ taskId, waitsFor: heldBy, reason: "earlier_in_queue" });
        held.set(line, taskId);
      } else if (resetsAt !== undefined && task.kind !== "agent" && !task.ignoresBudget) {
        waiting.push({ taskId, waitsFor: null, reason: "budget" });
        heldByBudget.set(task.chatId, taskId);
        if (resetsAt !== null) lookAt(resetsAt);
      } else if (before === undefined) {
        start.push(taskId);
        before = task;
      } else {
        const isFirst = before === busy || start.includes(before.id);
        waiting.push({
          taskId,
          waitsFor: before.id,
          reason: !isFirst ? "earlier_in_queue" : asking.has(before.id) ? "permission" : "worktree_in_use",
        });
        before = task;
      }
    }
  }
  return { start, waiting, lookAgainAt };
}

const NONE: ReadonlySet<TaskId> = new Set();
const NO_SESSIONS: ReadonlyMap<SessionId, EpochMs | null> = new Map();

/** Orders tasks by their place. Places in a session are distinct; ids only make the order independent of the input. */
const byPosition = (a: DispatchTask, b: DispatchTask): number => a.position - b.position || (a.id < b.id ? -1 : 1);

function groupBySession(tasks: readonly DispatchTask[]): Map<SessionId, DispatchTask[]> {
  const groups = new Map<SessionId, DispatchTask[]>();
  for (const task of tasks) {
    const group = groups.get(task.sessionId);
    if (group === undefined) groups.set(task.sessionId, [task]);
    else group.push(task);
  }
  return groups;
}
