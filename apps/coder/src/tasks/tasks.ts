import type { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { SendPromptInput, SentPrompt, Task } from "@boocode/shared/tasks/task";
import { acceptOwnTurn } from "./accept-own-turn.ts";
import { cancelTask } from "./cancel-task.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { editPrompt } from "./edit-prompt.ts";
import { listTasks, type ListTasksInput, type TaskView } from "./list-tasks.ts";
import type { TaskDeps } from "./run/run-ports.ts";
import { sendPrompt, type SendPromptDeps } from "./send-prompt.ts";

export interface TasksDeps extends TaskDeps {
  dispatcher: Dispatcher;
  findAgent: SendPromptDeps["findAgent"];
}

/** The task operations of all sessions, on top of the store and the dispatcher. */
export class Tasks {
  readonly #deps: TasksDeps;

  constructor(deps: TasksDeps) {
    this.#deps = deps;
  }

  /** Faults: those of {@link sendPrompt}. */
  send(input: SendPromptInput): Promise<SentPrompt> {
    return sendPrompt(this.#deps, input);
  }

  /** Accepts work that an agent began in a chat without a prompt, as a task of its own. */
  followAgent(place: { chatId: ChatId; agent: AgentId }): Promise<void> {
    return acceptOwnTurn(this.#deps, place);
  }

  /** Lists tasks, newest first, at most `limit`. */
  list(input: ListTasksInput): Promise<TaskView[]> {
    return listTasks(this.#deps.db, input, (taskId) => this.#deps.dispatcher.stepOf(taskId));
  }

  /**
   * Cancels a task: a queued one ends at once; for a running one the agent is asked to stop and the end arrives as an event; an ended one
   * is left unchanged.
   */
  cancel(taskId: TaskId): Promise<Task> {
    return cancelTask(this.#deps, taskId);
  }

  /** Replaces a queued prompt's text. */
  edit(taskId: TaskId, text: string): Promise<Task> {
    return editPrompt(this.#deps, taskId, text);
  }
}
