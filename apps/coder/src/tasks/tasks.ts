import type { AttachmentInput } from "@boocode/shared/attachments/attachment";
import type { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { SendPromptInput, SentPrompt, Steered, SteerInput, Task } from "@boocode/shared/tasks/task";
import type { AgentPool } from "../agents/agent-pool.ts";
import { acceptOwnTurn } from "./accept-own-turn.ts";
import { cancelTask } from "./cancel-task.ts";
import { continueAfterLimit } from "./continue-after-limit.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { editPrompt, type EditPromptDeps } from "./edit-prompt.ts";
import { reorderTask, sendAnyway, sendNow, unqueueTask } from "./change-queue.ts";
import { forgetUnstarted } from "./forget-unstarted.ts";
import { listTasks, type ListTasksInput, type TaskView } from "./list-tasks.ts";
import { type HandoffPreview, previewHandoff, type PreviewDeps, type PreviewPlace } from "./preview-handoff.ts";
import type { TaskDeps } from "./run/run-ports.ts";
import { steerTask } from "./steer-task.ts";
import { sendPrompt, type SendPromptDeps } from "./send-prompt.ts";

export interface TasksDeps extends TaskDeps, PreviewDeps, EditPromptDeps {
  dispatcher: Dispatcher;
  pool: Pick<AgentPool, "isWarm" | "forgetUnasked">;
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
    const { db, dispatcher, time } = this.#deps;
    return listTasks(db, input, {
      now: time.now(),
      runningIds: dispatcher.runningIds,
      running: dispatcher.listRunning(),
      stepOf: (taskId) => dispatcher.stepOf(taskId),
      canSteer: (taskId) => dispatcher.canSteer(taskId),
    });
  }

  /** Captures what a session's running turn has changed so far, within a moment; nothing if none runs. */
  captureSoon(sessionId: SessionId): void {
    this.#deps.dispatcher.captureSoon(sessionId);
  }

  /**
   * Cancels a task: a queued one ends at once; for a running one the agent is asked to stop and the end arrives as an event; an ended one
   * is left unchanged.
   */
  async cancel(taskId: TaskId): Promise<Task> {
    const task = await cancelTask(this.#deps, taskId);
    forgetUnstarted(this.#deps.pool, task);
    return task;
  }

  /** Returns what an agent would be told of a chat before a prompt sent now. */
  previewHandoff(place: PreviewPlace): Promise<HandoffPreview> {
    return previewHandoff(this.#deps, place);
  }

  /** Replaces a queued prompt's text and, where they are given, its files. */
  edit(taskId: TaskId, text: string, attachments?: readonly AttachmentInput[]): Promise<Task> {
    return editPrompt(this.#deps, taskId, { text, attachments });
  }

  /** Removes a prompt from the queue. Never stops a turn: one that has begun is a fault. */
  async unqueue(taskId: TaskId): Promise<Task> {
    const task = await unqueueTask(this.#deps, taskId);
    forgetUnstarted(this.#deps.pool, task);
    return task;
  }

  /** Moves a queued prompt directly before or after another one of its session. */
  reorder(taskId: TaskId, to: { next: "before" | "after"; anchorId: TaskId }): Promise<void> {
    return reorderTask(this.#deps, taskId, to);
  }

  /** Accepts words for a running turn. */
  steer(input: SteerInput): Promise<Steered> {
    return steerTask(this.#deps, input);
  }

  /** Continues a task that a usage limit ended, when the limit resets. */
  continueAfterLimit(taskId: TaskId): Promise<Task> {
    return continueAfterLimit(this.#deps, taskId);
  }

  /** Lets one prompt run although a budget is used up. */
  sendAnyway(taskId: TaskId): Promise<Task> {
    return sendAnyway(this.#deps, taskId);
  }

  /** Puts a queued prompt first and stops what runs in its session, so that it runs now. */
  sendNow(taskId: TaskId, interrupts?: TaskId): Promise<Task> {
    return sendNow(this.#deps, taskId, interrupts);
  }
}
