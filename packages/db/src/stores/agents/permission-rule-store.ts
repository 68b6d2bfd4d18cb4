import { PermissionRule } from "@boocode/shared/agents/permissions/permission-rule";
import type { PermissionRuleId, WorktreeId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { PermissionRuleTable, Schema } from "../../schema.ts";

const codec = recordCodec<PermissionRuleTable, PermissionRule>("permission rule", PermissionRule, {
  id: "id",
  worktreeId: "worktree_id",
  sessionId: "session_id",
  toolKind: "tool_kind",
  argvPrefix: { column: "argv_prefix", as: "json" },
  path: "path",
  createdAt: "created_at",
});

/** Stores a new rule. */
export async function insertPermissionRule(tx: Transaction<Schema>, rule: PermissionRule): Promise<void> {
  await tx.insertInto("permission_rules").values(codec.toRow(rule)).execute();
}

/** Returns the rules of a worktree, or of all worktrees, oldest first. */
export async function listPermissionRules(db: Queryable, worktreeId?: WorktreeId): Promise<PermissionRule[]> {
  const all = db.selectFrom("permission_rules").selectAll();
  const rows = await (worktreeId === undefined ? all : all.where("worktree_id", "=", worktreeId))
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(codec.toRecord);
}

/** Removes a rule and returns it, or null if there is none. */
export async function deletePermissionRule(tx: Transaction<Schema>, id: PermissionRuleId): Promise<PermissionRule | null> {
  const row = await tx.deleteFrom("permission_rules").where("id", "=", id).returningAll().executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
