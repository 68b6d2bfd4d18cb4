import type { TaskId } from "@boocode/shared/ids";
import type { SendPromptInput, SentPrompt, Task } from "@boocode/shared/tasks/task";
import { cancelTask } from "./cancel-task.ts";
import { Dispatcher } from "./dispatcher.ts";
import { editPrompt } from "./edit-prompt.ts";
import { interruptTask } from "./interrupt-task.ts";
import { listTasks, type ListTasksInput, type TaskView } from "./list-tasks.ts";
import type { TaskDeps } from "./run-ports.ts";
import { TaskRun, type RunDeps } from "./run-task.ts";
import { sendPrompt, type SendPromptDeps } from "./send-prompt.ts";

export interface Tasks {
  send(input: SendPromptInput): Promise<SentPrompt>;
  /** Newest first, at most `limit`. */
  list(input: ListTasksInput): Promise<TaskView[]>;
  /** Queued: ends at once. Running: asks the agent to stop; the end comes as an event. Ended: nothing. */
  cancel(taskId: TaskId): Promise<Task>;
  /** Replaces a queued prompt's text. */
  edit(taskId: TaskId, text: string): Promise<Task>;
}

export interface TasksDeps extends TaskDeps {
  dispatcher: Dispatcher;
  findAgent: SendPromptDeps["findAgent"];
}

/** The tasks of every session, over the store and the dispatcher. */
export function createTasks(deps: TasksDeps): Tasks {
  return {
    send: (input) => sendPrompt(deps, input),
    list: (input) => listTasks(deps.db, input),
    cancel: (taskId) => cancelTask(deps, taskId),
    edit: (taskId, text) => editPrompt(deps, taskId, text),
  };
}

/** A dispatcher whose runs are real ones. */
export function createDispatcher(deps: RunDeps): Dispatcher {
  const { db, time, logger } = deps;
  const makeRun = (task: Task) => new TaskRun(deps, task);
  return new Dispatcher({ db, time, logger, makeRun, interrupt: (taskId) => interruptTask(deps, taskId, "daemon_shutdown") });
}
