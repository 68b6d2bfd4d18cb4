import type { AgentId, ChatId, TaskId } from "../../ids.ts";
import { SETUP_AUTHOR } from "../../worktrees/worktree-plan.ts";
import type { PendingChange } from "../pending-change.ts";

/** Whose a turn was. */
export interface TaskAuthor {
  agent: AgentId;
  chatId: ChatId;
}

/**
 * Takes a turn out of a change's authors, because what it wrote is taken back. Its agent and its chat stay if another of the turns is
 * theirs. `tasks`: the turns of the change; one that is not known keeps everybody.
 */
export function takeOutTask(row: PendingChange, taskId: TaskId, tasks: ReadonlyMap<TaskId, TaskAuthor>): PendingChange {
  const taskIds = row.taskIds.filter((id) => id !== taskId);
  if (taskIds.length === row.taskIds.length || taskIds.some((id) => !tasks.has(id))) return { ...row, taskIds };
  const others = taskIds.map((id) => tasks.get(id)!);
  const agents = row.agents.filter((agent) => agent === null || agent === SETUP_AUTHOR || others.some((task) => task.agent === agent));
  const chatIds = row.chatIds.filter((chatId) => others.some((task) => task.chatId === chatId));
  return { ...row, agent: agents[0] ?? null, agents, chatIds, taskIds };
}
