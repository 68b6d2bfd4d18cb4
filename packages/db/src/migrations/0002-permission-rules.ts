import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Adds the subject of a permission, and the rules allowed permanently in a worktree. */
export const permissionRules: Migration = {
  version: 2,
  steps: [
    { name: "permission_subject", run: addPermissionSubject },
    { name: "permission_rules", run: createPermissionRules },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["permission_rules", 0]]));
    const subjects = await tx.selectFrom("permissions").select(["tool_kind", "paths"]).execute();
    if (subjects.some((row) => row["tool_kind"] !== "other" || row["paths"] !== "[]")) throw new Error("Permissions have no subject");
  },
};

async function addPermissionSubject(tx: AnySchema): Promise<void> {
  await tx.schema
    .alterTable("permissions")
    .addColumn("tool_kind", "text", (column) => column.notNull().defaultTo("other"))
    .execute();
  await tx.schema
    .alterTable("permissions")
    .addColumn("paths", "text", (column) => column.notNull().defaultTo("[]"))
    .execute();
}

async function createPermissionRules(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("permission_rules")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("worktree_id", "text", (column) => column.notNull().references("worktrees.id").onDelete("cascade"))
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("tool_kind", "text", (column) => column.notNull())
    .addColumn("argv_prefix", "text")
    .addColumn("path", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await tx.schema.createIndex("permission_rules_by_worktree").on("permission_rules").columns(["worktree_id", "created_at"]).execute();
  await tx.schema.createIndex("permission_rules_by_session").on("permission_rules").column("session_id").execute();
}
