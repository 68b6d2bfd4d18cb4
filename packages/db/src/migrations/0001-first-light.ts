import { sql } from "kysely";
import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

/** Creates the first tables, from projects to access tokens. */
export const firstLight: Migration = {
  version: 1,
  steps: [
    { name: "projects", run: createProjects },
    { name: "sessions", run: createSessions },
    { name: "chats", run: createChats },
    { name: "tasks", run: createTasks },
    { name: "chat_events", run: createChatEvents },
    { name: "worktrees", run: createWorktrees },
    { name: "agent_sessions", run: createAgentSessions },
    { name: "pending_changes", run: createPendingChanges },
    { name: "permissions", run: createPermissions },
    { name: "settings", run: createSettings },
    { name: "access_tokens", run: createAccessTokens },
  ],
  async verify(tx) {
    await expectRows(tx, new Map(firstLight.steps.map(({ name }) => [name, 0])));
  },
};

async function createProjects(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("projects")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("host_id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("default_branch", "text")
    .addColumn("is_demo", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("projects_by_path", ["host_id", "path"])
    .execute();
}

async function createSessions(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("sessions")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    // A project with sessions or worktrees cannot be deleted, because they need its repository.
    .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("restrict"))
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("base_ref", "text")
    .addColumn("archived", "integer", (column) => column.notNull())
    .addColumn("last_seq", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_activity_at", "bigint", (column) => column.notNull())
    .addColumn("deleted_at", "bigint")
    .execute();
  await tx.schema.createIndex("sessions_by_project").on("sessions").columns(["project_id", "last_activity_at"]).execute();
}

async function createChats(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("chats")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("agent", "text", (column) => column.notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("mode", "text", (column) => column.notNull())
    .addColumn("closed_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_activity_at", "bigint", (column) => column.notNull())
    .execute();
  await tx.schema.createIndex("chats_by_session").on("chats").columns(["session_id", "created_at"]).execute();
}

async function createTasks(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("tasks")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("prompt_id", "text", (column) => column.notNull().unique())
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("chat_id", "text", (column) => column.notNull().references("chats.id").onDelete("cascade"))
    .addColumn("agent", "text", (column) => column.notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("mode", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("cause", "text")
    .addColumn("evidence", "text")
    .addColumn("usage", "text")
    .addColumn("accepted_seq", "bigint", (column) => column.notNull())
    .addColumn("stop_requested_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("started_at", "bigint")
    .addColumn("ended_at", "bigint")
    .execute();
  await tx.schema.createIndex("tasks_by_session").on("tasks").columns(["session_id", "accepted_seq"]).execute();
  await tx.schema.createIndex("tasks_by_chat").on("tasks").columns(["chat_id", "accepted_seq"]).execute();
  await tx.schema
    .createIndex("tasks_open")
    .on("tasks")
    .columns(["session_id", "accepted_seq"])
    .where(sql<boolean>`state in ('queued', 'running')`)
    .execute();
}

async function createChatEvents(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("chat_events")
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("chat_id", "text")
    .addColumn("task_id", "text")
    .addColumn("item_key", "text")
    .addColumn("item_seq", "bigint")
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("payload", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("chat_events_pk", ["session_id", "seq"])
    .execute();
  await tx.schema.createIndex("chat_events_by_item").on("chat_events").columns(["chat_id", "item_key"]).execute();
  await tx.schema.createIndex("chat_events_by_task").on("chat_events").columns(["task_id", "seq"]).execute();
  // Only rows that begin an item, so that a transcript page is found without touching its deltas.
  await tx.schema
    .createIndex("chat_events_by_item_seq")
    .on("chat_events")
    .columns(["chat_id", "item_seq"])
    .where(sql<boolean>`item_seq is not null`)
    .execute();
  await tx.schema
    .createIndex("chat_events_item_begins_once")
    .unique()
    .on("chat_events")
    .columns(["chat_id", "item_key"])
    .where(sql<boolean>`item_seq is not null`)
    .execute();
}

async function createWorktrees(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("worktrees")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.references("sessions.id").onDelete("set null"))
    .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("restrict"))
    .addColumn("host_id", "text", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("branch", "text", (column) => column.notNull())
    .addColumn("base_commit", "text", (column) => column.notNull())
    .addColumn("base_tree", "text", (column) => column.notNull())
    .addColumn("last_checkpoint", "text")
    .addColumn("device", "text", (column) => column.notNull())
    .addColumn("inode", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await tx.schema.createIndex("worktrees_by_project").on("worktrees").column("project_id").execute();
  await tx.schema
    .createIndex("worktrees_one_live_per_session")
    .unique()
    .on("worktrees")
    .column("session_id")
    .where(sql<boolean>`state <> 'removed'`)
    .execute();
}

async function createAgentSessions(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("agent_sessions")
    .addColumn("chat_id", "text", (column) => column.notNull().references("chats.id").onDelete("cascade"))
    .addColumn("agent", "text", (column) => column.notNull())
    .addColumn("session_id", "text", (column) => column.references("sessions.id").onDelete("set null"))
    .addColumn("worktree_id", "text", (column) => column.references("worktrees.id").onDelete("set null"))
    .addColumn("backend", "text", (column) => column.notNull())
    .addColumn("agent_session_id", "text")
    .addColumn("config_hash", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("continuity", "text", (column) => column.notNull())
    .addColumn("generation", "bigint", (column) => column.notNull())
    .addColumn("input_tokens", "bigint", (column) => column.notNull())
    .addColumn("output_tokens", "bigint", (column) => column.notNull())
    .addColumn("cached_tokens", "bigint", (column) => column.notNull())
    .addColumn("cost", "double precision", (column) => column.notNull())
    .addColumn("context_used", "bigint")
    .addColumn("context_size", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_used_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("agent_sessions_pk", ["chat_id", "agent"])
    .execute();
  await tx.schema.createIndex("agent_sessions_by_session").on("agent_sessions").column("session_id").execute();
  await tx.schema.createIndex("agent_sessions_by_worktree").on("agent_sessions").column("worktree_id").execute();
}

async function createPendingChanges(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("pending_changes")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("previous_path", "text")
    .addColumn("operation", "text", (column) => column.notNull())
    .addColumn("location", "text", (column) => column.notNull())
    .addColumn("agent", "text")
    .addColumn("agents", "text", (column) => column.notNull())
    .addColumn("chat_ids", "text", (column) => column.notNull())
    .addColumn("task_ids", "text", (column) => column.notNull())
    .addColumn("additions", "bigint", (column) => column.notNull())
    .addColumn("deletions", "bigint", (column) => column.notNull())
    .addColumn("binary", "integer", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("stale", "integer", (column) => column.notNull())
    .execute();
  await tx.schema.createIndex("pending_changes_by_session").on("pending_changes").columns(["session_id", "path"]).execute();
}

async function createPermissions(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("permissions")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("chat_id", "text", (column) => column.notNull().references("chats.id").onDelete("cascade"))
    .addColumn("task_id", "text", (column) => column.notNull().references("tasks.id").onDelete("cascade"))
    .addColumn("agent", "text", (column) => column.notNull())
    .addColumn("call_id", "text")
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("argv", "text")
    .addColumn("cwd", "text")
    .addColumn("options", "text", (column) => column.notNull())
    .addColumn("option_id", "text")
    .addColumn("resolved_by", "text")
    .addColumn("requested_at", "bigint", (column) => column.notNull())
    .addColumn("resolved_at", "bigint")
    .execute();
  await tx.schema.createIndex("permissions_by_session").on("permissions").columns(["session_id", "requested_at"]).execute();
  await tx.schema.createIndex("permissions_by_chat").on("permissions").column("chat_id").execute();
  await tx.schema.createIndex("permissions_by_task").on("permissions").column("task_id").execute();
}

async function createSettings(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("settings")
    .addColumn("key", "text", (column) => column.primaryKey().notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
}

async function createAccessTokens(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("access_tokens")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("secret_hash", "text", (column) => column.notNull().unique())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_used_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
}
