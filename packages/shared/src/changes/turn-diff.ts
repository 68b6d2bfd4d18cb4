import { z } from "zod";
import { AgentId, ChatId, SessionId, TaskId } from "../ids.ts";
import { ChangeDiff, PendingChange } from "./pending-change.ts";

/** One file that a turn changed. */
export const TurnFile = PendingChange.pick({
  id: true,
  path: true,
  previousPath: true,
  operation: true,
  location: true,
  additions: true,
  deletions: true,
  binary: true,
}).extend({
  /** Null if the turn changed more than is sent at once. */
  diff: ChangeDiff.nullable(),
});
export type TurnFile = z.infer<typeof TurnFile>;

/** What one turn changed: the difference between the checkpoints before and after it. */
export const TurnDiff = z.object({
  taskId: TaskId,
  sessionId: SessionId,
  chatId: ChatId,
  agent: AgentId,
  /** `unknown`: the turn has not ended, never began, or its checkpoints are gone. The list of files is then empty. */
  state: z.enum(["known", "unknown"]),
  /** The checkpoint commits; null if there is none. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  files: z.array(TurnFile),
  /** The number of files not listed. */
  moreFiles: z.number().int(),
});
export type TurnDiff = z.infer<typeof TurnDiff>;
