import type { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { SendPromptInput, SentPrompt, Task, TaskState } from "@boocode/shared/tasks/task";

/** A task with what it waits for, if it waits. */
export type TaskView = Task & {
  waitsFor: { taskId: TaskId; chatId: ChatId; chatTitle: string; reason: "worktree_in_use" | "earlier_in_queue" | "permission" } | null;
};

export interface Tasks {
  send(input: SendPromptInput): Promise<SentPrompt>;
  /** Newest first, at most `limit`. */
  list(input: {
    sessionId?: SessionId | undefined;
    chatId?: ChatId | undefined;
    states?: TaskState[] | undefined;
    limit: number;
  }): Promise<TaskView[]>;
  /** Queued: ends at once. Running: asks the agent to stop; the end comes as an event. Ended: nothing. */
  cancel(taskId: TaskId): Promise<Task>;
  /** Replaces a queued prompt's text. */
  edit(taskId: TaskId, text: string): Promise<Task>;
}
