import type { AgentId, ChatId, TaskId } from "../ids.ts";

/** One turn that is over, and the trees of the checkpoints around it. */
export interface CapturedTurn {
  id: TaskId;
  chatId: ChatId;
  agent: AgentId;
  before: string;
  after: string;
  /** What changing tools named, relative to the worktree. */
  namedPaths: readonly string[];
}
