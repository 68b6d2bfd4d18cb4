import { findPermission, insertPermission, listOpenPermissions } from "@boocode/db/permission-store";
import { listPermissionRules } from "@boocode/db/permission-rule-store";
import type { Schema } from "@boocode/db/schema";
import { findTask } from "@boocode/db/task-store";
import { findLiveWorktree } from "@boocode/db/worktree-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { decidePermissionRequest, toOfferedOptions, toToldOption, type RequestFacts } from "@boocode/shared/agents/decide-permission";
import type { Permission } from "@boocode/shared/agents/permission";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { settlePermission } from "./settle-permission.ts";

type Tx = Transaction<Schema>;
type Requested = Extract<AgentEvent, { type: "permission.requested" }>;

/** What the transaction made of a batch of a turn's events. */
export interface FiledPermissions {
  /** What the journal is to store, in order: each question once, and each settled once. */
  newEvents: NewChatEvent[];
  /** Questions that are new or were settled. */
  touched: Permission[];
  /** What the agent is to be told once this is committed. */
  tell: { permission: Permission; optionId: string | null }[];
}

/** What is allowed for good in a session's worktree, and where that is. Without a worktree: nothing. */
export async function readRules(tx: Tx, sessionId: SessionId): Promise<Pick<RequestFacts, "rules" | "worktreePath">> {
  const worktree = await findLiveWorktree(tx, sessionId);
  return worktree ? { rules: await listPermissionRules(tx, worktree.id), worktreePath: worktree.path } : { rules: [], worktreePath: null };
}

/**
 * Stores the questions among a turn's events beside the journal, in the caller's transaction. What a rule answers is settled at
 * once; what nobody can answer is cancelled; an event that changes nothing (asked again, settled already) is left out.
 */
export async function filePermissions(
  tx: Tx,
  taskId: TaskId,
  newEvents: readonly NewChatEvent[],
  isTurnAlive: boolean,
): Promise<FiledPermissions> {
  const filed: FiledPermissions = { newEvents: [], touched: [], tell: [] };
  const task = await findTask(tx, taskId);
  // Without its task there is no session to write to either: the journal will say so.
  if (task === null) return { ...filed, newEvents: [...newEvents] };
  const rules = await readRules(tx, task.sessionId);
  const open = (await listOpenPermissions(tx, task.sessionId)).filter((permission) => permission.taskId === taskId);
  const facts = {
    ...rules,
    openInTurn: open.length,
    isTurnAlive: isTurnAlive && task.state === "running" && task.stopRequestedAt === null,
  };
  for (const newEvent of newEvents) {
    const { body, at } = newEvent;
    if (body.type === "permission.requested") await fileRequest(tx, task, { ...newEvent, body }, facts, filed);
    else if (body.type === "permission.resolved") {
      const settled = await settlePermission(tx, body.permissionId, { optionId: body.optionId, by: body.by }, at);
      if (!settled) continue;
      facts.openInTurn -= 1;
      filed.touched.push(settled.permission);
      filed.newEvents.push(newEvent);
    } else filed.newEvents.push(newEvent);
  }
  return filed;
}

async function fileRequest(
  tx: Tx,
  task: Task,
  newEvent: NewChatEvent & { body: Requested },
  facts: RequestFacts,
  filed: FiledPermissions,
): Promise<void> {
  const { body, at } = newEvent;
  const known = await findPermission(tx, body.permissionId);
  if (known !== null) {
    // An agent that asks again what was settled has not heard.
    if (known.resolvedBy !== null) filed.tell.push({ permission: known, optionId: toToldOption(known) });
    return;
  }
  const asked = toPermission(task, body, at);
  const permission = { ...asked, options: toOfferedOptions(asked, facts.worktreePath) };
  await insertPermission(tx, permission);
  filed.newEvents.push({ ...newEvent, body: { ...body, options: permission.options } });
  const decision = decidePermissionRequest(facts, permission);
  const settled = decision.kind === "settle" ? await settlePermission(tx, permission.id, decision.settlement, at) : null;
  filed.touched.push(settled?.permission ?? permission);
  if (settled) {
    filed.newEvents.push(settled.newEvent);
    filed.tell.push({ permission: settled.permission, optionId: toToldOption(settled.permission) });
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
