import { Permission, type PermissionSettlement } from "@boocode/shared/agents/permissions/permission";
import type { EpochMs, PermissionId, SessionId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { PermissionTable, Schema } from "../../schema.ts";

const codec = recordCodec<PermissionTable, Permission>("permission", Permission, {
  id: "id",
  sessionId: "session_id",
  chatId: "chat_id",
  taskId: "task_id",
  agent: "agent",
  callId: "call_id",
  title: "title",
  toolKind: "tool_kind",
  paths: { column: "paths", as: "json" },
  argv: { column: "argv", as: "json" },
  cwd: "cwd",
  options: { column: "options", as: "json" },
  optionId: "option_id",
  resolvedBy: "resolved_by",
  requestedAt: "requested_at",
  resolvedAt: "resolved_at",
});

export interface PermissionAnswer extends PermissionSettlement {
  at: EpochMs;
}

/** Stores a new permission. */
export async function insertPermission(tx: Transaction<Schema>, permission: Permission): Promise<void> {
  await tx.insertInto("permissions").values(codec.toRow(permission)).execute();
}

/** Returns the permission, answered or open, or null. */
export async function findPermission(db: Queryable, id: PermissionId): Promise<Permission | null> {
  const row = await db.selectFrom("permissions").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the open permissions of one session or of all, oldest first. */
export async function listOpenPermissions(db: Queryable, sessionId?: SessionId): Promise<Permission[]> {
  let query = db.selectFrom("permissions").selectAll().where("resolved_at", "is", null);
  if (sessionId !== undefined) query = query.where("session_id", "=", sessionId);
  const rows = await query.orderBy("requested_at").orderBy("id").execute();
  return rows.map(codec.toRecord);
}

/** Settles an open permission. Returns null if the id is unknown or the permission is already settled: the first answer wins. */
export async function resolvePermission(tx: Transaction<Schema>, id: PermissionId, answer: PermissionAnswer): Promise<Permission | null> {
  const row = await tx
    .updateTable("permissions")
    .set({ option_id: answer.optionId, resolved_by: answer.by, resolved_at: answer.at })
    .where("id", "=", id)
    .where("resolved_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
