import { z } from "zod";
import { AgentId, ChatId, EpochMs, PermissionId, SessionId, TaskId } from "../ids.ts";
import { ToolKind } from "./agent-event.ts";
import { PermissionOption, SettledBy } from "./permission-option.ts";

/** An agent's question whether it may do something, and the answer it got. First answer wins. */
export const Permission = z.object({
  /** Unique everywhere: the agent's own id with its task's before it. */
  id: PermissionId,
  sessionId: SessionId,
  chatId: ChatId,
  taskId: TaskId,
  agent: AgentId,
  /** The tool call it stands before, where the agent says. */
  callId: z.string().nullable(),
  title: z.string(),
  toolKind: ToolKind,
  /** Files it would touch, relative to the worktree; one outside of it is absolute. */
  paths: z.array(z.string()),
  argv: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  options: z.array(PermissionOption),
  /** The option chosen; null while open, and where the question was cancelled. */
  optionId: z.string().nullable(),
  /** Null while open. */
  resolvedBy: SettledBy.nullable(),
  requestedAt: EpochMs,
  resolvedAt: EpochMs.nullable(),
});
export type Permission = z.infer<typeof Permission>;

/** How a question was settled: `cancelled` has no option. */
export interface PermissionSettlement {
  optionId: string | null;
  by: SettledBy;
}
