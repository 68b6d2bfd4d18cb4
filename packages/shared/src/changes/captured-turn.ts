import type { AgentId, ChatId, TaskId } from "../ids.ts";

/** One finished turn, with the trees of the checkpoints around it. */
export interface CapturedTurn {
  id: TaskId;
  chatId: ChatId;
  agent: AgentId;
  before: string;
  after: string;
  /** Paths named by editing tools, relative to the worktree. */
  namedPaths: readonly string[];
}
