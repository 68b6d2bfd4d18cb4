import type { AgentId, ChatId, TaskId } from "@boocode/shared/ids";

/** A tree that one author made of the worktree; a null author is the person. The tree is stored already. */
export interface CheckpointStep {
  tree: string;
  author: AgentId | null;
  taskId: TaskId | null;
  chatId: ChatId | null;
}

/** The message of a step's commit, with the trailers that name its turn and chat. */
export function toStepMessage({ taskId, chatId }: CheckpointStep): string {
  const trailers = [taskId === null ? "" : `Boocode-Task: ${taskId}\n`, chatId === null ? "" : `Boocode-Chat: ${chatId}\n`].join("");
  return trailers === "" ? "Edits were written\n" : `Edits were written\n\n${trailers}`;
}
