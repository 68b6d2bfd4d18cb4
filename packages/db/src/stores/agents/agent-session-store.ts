import { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { decodeBody } from "../../decode-body.ts";
import { isEmptyPatch, recordCodec } from "../../record-codec.ts";
import type { AgentSessionTable } from "../../agent-tables.ts";
import type { Schema } from "../../schema.ts";

const codec = recordCodec<AgentSessionTable, AgentSessionRecord>("agent session", AgentSessionRecord, {
  chatId: "chat_id",
  agent: "agent",
  sessionId: "session_id",
  worktreeId: "worktree_id",
  backend: "backend",
  agentSessionId: "agent_session_id",
  canResume: { column: "can_resume", as: "flag" },
  seenSeq: "seen_seq",
  configHash: "config_hash",
  status: "status",
  continuity: "continuity",
  generation: "generation",
  inputTokens: "input_tokens",
  outputTokens: "output_tokens",
  cachedTokens: "cached_tokens",
  cost: "cost",
  contextUsed: "context_used",
  contextSize: "context_size",
  createdAt: "created_at",
  lastUsedAt: "last_used_at",
});

export type AgentSessionPatch = Partial<Omit<AgentSessionRecord, "chatId" | "agent" | "createdAt">>;

/** Inserts or replaces the record of `(chatId, agent)`. */
export async function upsertAgentSession(tx: Transaction<Schema>, record: AgentSessionRecord): Promise<void> {
  const row = codec.toRow(record);
  await tx
    .insertInto("agent_sessions")
    .values(row)
    .onConflict((conflict) => conflict.columns(["chat_id", "agent"]).doUpdateSet(row))
    .execute();
}

/** Returns an agent's record for a chat, or null. */
export async function findAgentSession(db: Queryable, chatId: ChatId, agent: AgentId): Promise<AgentSessionRecord | null> {
  const row = await db.selectFrom("agent_sessions").selectAll().where("chat_id", "=", chatId).where("agent", "=", agent).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the commands that an agent last announced in a chat, or null if it has announced none. */
export async function findAgentCommands(db: Queryable, chatId: ChatId, agent: AgentId): Promise<readonly SlashCommand[] | null> {
  const row = await db
    .selectFrom("tasks as task")
    .innerJoin("chat_events as event", "event.task_id", "task.id")
    .select(["event.type", "event.payload"])
    .where("task.chat_id", "=", chatId)
    .where("task.agent", "=", agent)
    .where("event.type", "=", "commands.updated")
    .orderBy("event.seq", "desc")
    .limit(1)
    .executeTakeFirst();
  const body = row && decodeBody(row);
  return body?.type === "commands.updated" ? body.commands : null;
}

/** Returns a session's records, most recently used first. */
export async function listAgentSessions(db: Queryable, sessionId: SessionId): Promise<AgentSessionRecord[]> {
  const rows = await db
    .selectFrom("agent_sessions")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("last_used_at", "desc")
    .orderBy("chat_id")
    .orderBy("agent")
    .execute();
  return rows.map(codec.toRecord);
}

/** Updates a record and returns it, or null if there is none. */
export async function updateAgentSession(
  tx: Transaction<Schema>,
  chatId: ChatId,
  agent: AgentId,
  patch: AgentSessionPatch,
): Promise<AgentSessionRecord | null> {
  const changes = codec.toPatch(patch);
  if (isEmptyPatch(changes)) return findAgentSession(tx, chatId, agent);
  const row = await tx
    .updateTable("agent_sessions")
    .set(changes)
    .where("chat_id", "=", chatId)
    .where("agent", "=", agent)
    .returningAll()
    .executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}
