import { listOpenPermissions, resolvePermission } from "@boocode/db/stores/agents/permission-store";
import type { Schema } from "@boocode/db/schema";
import type { Permission, PermissionSettlement } from "@boocode/shared/agents/permissions/permission";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import type { EpochMs, PermissionId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";

/** A settled question, with the event that must be stored in the same transaction. */
export interface Settled {
  permission: Permission;
  newEvent: NewChatEvent;
}

/** Settles an open question; returns null if it is unknown or already settled. This is the only way a question ends. */
export async function settlePermission(
  tx: Transaction<Schema>,
  id: PermissionId,
  settlement: PermissionSettlement,
  at: EpochMs,
): Promise<Settled | null> {
  const permission = await resolvePermission(tx, id, { ...settlement, at });
  if (permission === null) return null;
  const { chatId, taskId } = permission;
  return { permission, newEvent: { chatId, taskId, at, body: { type: "permission.resolved", permissionId: id, ...settlement } } };
}

/** Cancels a task's open questions: its turn is stopping or over, so nobody can answer them any more. */
export async function cancelPermissions(tx: Transaction<Schema>, task: Pick<Task, "id" | "sessionId">, at: EpochMs): Promise<Settled[]> {
  const settled: Settled[] = [];
  for (const { id, taskId } of await listOpenPermissions(tx, task.sessionId)) {
    if (taskId !== task.id) continue;
    const one = await settlePermission(tx, id, { optionId: null, by: "cancelled" }, at);
    if (one) settled.push(one);
  }
  return settled;
}
