import { z } from "zod";
import { AgentId, ChatId, EpochMs, PermissionId, SessionId, TaskId } from "../../ids.ts";
import { ToolKind } from "../agent-event.ts";
import { PermissionOption, SettledBy } from "./permission-option.ts";

/** An agent's request for permission, and its answer. The first answer wins. */
export const Permission = z.object({
  /** Globally unique: the task id followed by the agent's own id. */
  id: PermissionId,
  sessionId: SessionId,
  chatId: ChatId,
  taskId: TaskId,
  agent: AgentId,
  /** The tool call it belongs to, if the agent says. */
  callId: z.string().nullable(),
  title: z.string(),
  toolKind: ToolKind,
  /** Files the tool would touch: relative to the worktree, or absolute if outside it. */
  paths: z.array(z.string()),
  argv: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  options: z.array(PermissionOption),
  /** The chosen option; null while open and if cancelled. */
  optionId: z.string().nullable(),
  /** Null while the permission is open. */
  resolvedBy: SettledBy.nullable(),
  requestedAt: EpochMs,
  resolvedAt: EpochMs.nullable(),
});
export type Permission = z.infer<typeof Permission>;

/** How a permission was settled. A cancelled one has no option. */
export interface PermissionSettlement {
  optionId: string | null;
  by: SettledBy;
}
