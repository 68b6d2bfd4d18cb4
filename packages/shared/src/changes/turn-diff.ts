import { z } from "zod";
import { AgentId, ChatId, SessionId, TaskId } from "../ids.ts";
import { ChangeDiff, PendingChange } from "./pending-change.ts";

/** One file that a turn changed. */
export const TurnFile = PendingChange.pick({
  id: true,
  path: true,
  previousPath: true,
  operation: true,
  additions: true,
  deletions: true,
  binary: true,
}).extend({
  /** Null where the turn changed more than is sent at once. */
  diff: ChangeDiff.nullable(),
});
export type TurnFile = z.infer<typeof TurnFile>;

/** What one turn did: the difference between the checkpoints before and after it. */
export const TurnDiff = z.object({
  taskId: TaskId,
  sessionId: SessionId,
  chatId: ChatId,
  agent: AgentId,
  /** `unknown`: the turn has not ended, never began, or its checkpoints are gone. Then there are no files. */
  state: z.enum(["known", "unknown"]),
  /** Checkpoints; null where there is none. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  files: z.array(TurnFile),
  /** Files beyond those listed. */
  moreFiles: z.number().int(),
});
export type TurnDiff = z.infer<typeof TurnDiff>;
