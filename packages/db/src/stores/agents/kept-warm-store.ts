import { AgentId, ChatId, type EpochMs, type SessionId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import type { Schema } from "../../schema.ts";

/** An agent in a chat. */
export interface KeptWarm {
  chatId: ChatId;
  agent: AgentId;
}

/** Stores that the person wants an agent of a chat kept warm. The first time counts. */
export async function insertKeptWarm(tx: Transaction<Schema>, { chatId, agent }: KeptWarm, since: EpochMs): Promise<void> {
  await tx
    .insertInto("kept_warm")
    .values({ chat_id: chatId, agent, since })
    .onConflict((conflict) => conflict.columns(["chat_id", "agent"]).doNothing())
    .execute();
}

/** Forgets the wish. Does nothing if there is none. */
export async function deleteKeptWarm(tx: Transaction<Schema>, { chatId, agent }: KeptWarm): Promise<void> {
  await tx.deleteFrom("kept_warm").where("chat_id", "=", chatId).where("agent", "=", agent).execute();
}

/** Returns the agents that are to be kept warm, of one session or of all. */
export async function listKeptWarm(db: Queryable, sessionId?: SessionId): Promise<KeptWarm[]> {
  let query = db.selectFrom("kept_warm").select(["chat_id", "agent"]);
  if (sessionId !== undefined) {
    query = query.where("chat_id", "in", (chats) => chats.selectFrom("chats").select("id").where("session_id", "=", sessionId));
  }
  const rows = await query.orderBy("since").execute();
  return rows.map((row) => ({ chatId: ChatId.parse(row.chat_id), agent: AgentId.parse(row.agent) }));
}
