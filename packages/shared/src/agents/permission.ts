import { z } from "zod";
import { AgentId, ChatId, EpochMs, PermissionId, SessionId, TaskId } from "../ids.ts";

/** An agent's question whether it may do something, and the answer it got. First answer wins. */
export const Permission = z.object({
  id: PermissionId,
  sessionId: SessionId,
  chatId: ChatId,
  taskId: TaskId,
  agent: AgentId,
  /** The tool call it stands before, where the agent says. */
  callId: z.string().nullable(),
  title: z.string(),
  argv: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  options: z.array(
    z.object({ id: z.string(), label: z.string(), kind: z.enum(["allow_once", "allow_always", "reject_once", "reject_always"]) }),
  ),
  /** The option chosen; null while open, and where the question was cancelled. */
  optionId: z.string().nullable(),
  /** Null while open. */
  resolvedBy: z.enum(["person", "rule", "cancelled"]).nullable(),
  requestedAt: EpochMs,
  resolvedAt: EpochMs.nullable(),
});
export type Permission = z.infer<typeof Permission>;
