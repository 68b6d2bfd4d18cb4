import { findPermission, insertPermission, listOpenPermissions } from "@boocode/db/stores/agents/permission-store";
import { listPermissionRules } from "@boocode/db/stores/agents/permission-rule-store";
import type { Schema } from "@boocode/db/schema";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import {
  decidePermissionRequest,
  toOfferedOptions,
  toToldOption,
  type RequestFacts,
} from "@boocode/shared/agents/permissions/decide-permission";
import type { Permission } from "@boocode/shared/agents/permissions/permission";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { settlePermission } from "./settle-permission.ts";

type Tx = Transaction<Schema>;
type Requested = Extract<AgentEvent, { type: "permission.requested" }>;

/** The result of storing a batch of a turn's events. */
export interface StoredPermissions {
  /** The events for the journal, in order: each question once, and each outcome once. */
  newEvents: NewChatEvent[];
  /** Questions that are new or were settled. */
  touched: Permission[];
  /** What to tell the agent after the commit. */
  tell: { permission: Permission; optionId: string | null }[];
}

/** Reads what is permanently allowed in a session's worktree, and the worktree's path. Returns nothing without a worktree. */
export async function readRules(tx: Tx, sessionId: SessionId): Promise<Pick<RequestFacts, "rules" | "worktreePath">> {
  const worktree = await findLiveWorktree(tx, sessionId);
  return worktree ? { rules: await listPermissionRules(tx, worktree.id), worktreePath: worktree.path } : { rules: [], worktreePath: null };
}

/**
 * Stores the questions among a turn's events beside the journal, in the caller's transaction. A question that a rule answers is settled at
 * once; one that nobody can answer is cancelled; an event that changes nothing (asked again, settled already) is left out.
 */
export async function storePermissions(
  tx: Tx,
  taskId: TaskId,
  newEvents: readonly NewChatEvent[],
  isTurnAlive: boolean,
): Promise<StoredPermissions> {
  const result: StoredPermissions = { newEvents: [], touched: [], tell: [] };
  const task = await findTask(tx, taskId);
  // Without a task there is no session to write to either; the journal reports that.
  if (task === null) return { ...result, newEvents: [...newEvents] };
  const rules = await readRules(tx, task.sessionId);
  const open = (await listOpenPermissions(tx, task.sessionId)).filter((permission) => permission.taskId === taskId);
  const facts = {
    ...rules,
    openInTurn: open.length,
    isTurnAlive: isTurnAlive && task.state === "running" && task.stopRequestedAt === null,
  };
  for (const newEvent of newEvents) {
    const { body, at } = newEvent;
    if (body.type === "permission.requested") await storeRequest(tx, task, { ...newEvent, body }, facts, result);
    else if (body.type === "permission.resolved") {
      const settled = await settlePermission(tx, body.permissionId, { optionId: body.optionId, by: body.by }, at);
      if (!settled) continue;
      facts.openInTurn -= 1;
      result.touched.push(settled.permission);
      result.newEvents.push(newEvent);
    } else result.newEvents.push(newEvent);
  }
  return result;
}

async function storeRequest(
  tx: Tx,
  task: Task,
  newEvent: NewChatEvent & { body: Requested },
  facts: RequestFacts,
  result: StoredPermissions,
): Promise<void> {
  const { body, at } = newEvent;
  const known = await findPermission(tx, body.permissionId);
  if (known !== null) {
    // An agent that repeats a settled question has not received the answer.
    if (known.resolvedBy !== null) result.tell.push({ permission: known, optionId: toToldOption(known) });
    return;
  }
  const asked = toPermission(task, body, at);
  const permission = { ...asked, options: toOfferedOptions(asked, facts.worktreePath) };
  await insertPermission(tx, permission);
  result.newEvents.push({ ...newEvent, body: { ...body, options: permission.options } });
  const decision = decidePermissionRequest(facts, permission);
  const settled = decision.kind === "settle" ? await settlePermission(tx, permission.id, decision.settlement, at) : null;
  result.touched.push(settled?.permission ?? permission);
  if (settled) {
    result.newEvents.push(settled.newEvent);
    result.tell.push({ permission: settled.permission, optionId: toToldOption(settled.permission) });
  } else facts.openInTurn += 1;
}

function toPermission(task: Task, body: Requested, at: number): Permission {
  return {
    id: body.permissionId,
    sessionId: task.sessionId,
    chatId: task.chatId,
    taskId: task.id,
    agent: task.agent,
    callId: body.callId,
    title: body.title,
    toolKind: body.toolKind ?? (body.argv ? "command" : "other"),
    paths: body.paths ?? [],
    argv: body.argv ?? null,
    cwd: body.cwd ?? null,
    options: body.options,
    optionId: null,
    resolvedBy: null,
    requestedAt: at,
    resolvedAt: null,
  };
}
