import type { Announce } from "@boocode/db/announcements";
import { findChat, insertChat, listChats, updateChat, type ChatPatch } from "@boocode/db/stores/chats/chat-store";
import type { Database, Queryable } from "@boocode/db/database";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { Chat, CreateChatInput } from "@boocode/shared/chats/chat";
import { DEFAULT_CHAT_TITLE } from "@boocode/shared/chats/to-title";
import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { ChatId, type Seq, type SessionId } from "@boocode/shared/ids";
import type { Settings } from "@boocode/shared/settings/settings";
import type { AgentPool } from "../agents/agent-pool.ts";
import type { BackgroundProcesses } from "../agents/background-processes.ts";
import type { Time } from "../platform/time.ts";
import type { Logger } from "../platform/logger.ts";
import { writeOrLater } from "../platform/retry-write.ts";
import { newId } from "../platform/new-id.ts";
import type { Tasks } from "../tasks/tasks.ts";
import { readTranscript } from "./read-transcript.ts";

/** The maximum number of open chats per session. */
const MAX_OPEN_CHATS = 200;

export interface ChatsDeps {
  db: Database;
  time: Time;
  logger: Logger;
  tasks: Tasks;
  pool: AgentPool;
  background: Pick<BackgroundProcesses, "endChat">;
  /** Supplies the default agent and model of a new chat. */
  readSettings(): Promise<Pick<Settings, "defaultAgent" | "defaultModel">>;
}

/** The chats of every session. Faults: `chat_not_found`, `session_not_found`, `session_archived`, `too_many`. */
export class Chats {
  readonly #deps: ChatsDeps;

  constructor(deps: ChatsDeps) {
    this.#deps = deps;
  }

  /** Lists a session's chats, closed ones included, oldest first. */
  async list(sessionId: SessionId): Promise<Chat[]> {
    const { read } = this.#deps.db;
    await requireKnown(read, sessionId);
    return listChats(read, sessionId);
  }

  async create(input: CreateChatInput): Promise<Chat> {
    const { db, time, readSettings } = this.#deps;
    const { defaultAgent, defaultModel } = await readSettings();
    const at = time.now();
    const agent = input.agent ?? defaultAgent;
    const chat: Chat = {
      id: ChatId.parse(newId("chat", at)),
      sessionId: input.sessionId,
      title: DEFAULT_CHAT_TITLE,
      agent,
      model: input.model ?? (agent === defaultAgent ? defaultModel : ""),
      mode: input.mode ?? "",
      closedAt: null,
      createdAt: at,
      lastActivityAt: at,
    };
    return db.write("full", async (tx, announce) => {
      const session = await requireSession(tx, input.sessionId);
      if (session.archived) throw new DomainError({ kind: "session_archived", sessionId: session.id });
      const open = (await listChats(tx, session.id)).filter(({ closedAt }) => closedAt === null);
      if (open.length >= MAX_OPEN_CHATS) throw new DomainError({ kind: "too_many", what: "chats", limit: MAX_OPEN_CHATS });
      await insertChat(tx, chat);
      return announced(announce, chat);
    });
  }

  rename(chatId: ChatId, title: string): Promise<Chat> {
    return this.#update(chatId, { title }, true);
  }

  /** Closes a chat: ends its processes and stops its open tasks. Its records are kept. */
  async close(chatId: ChatId): Promise<Chat> {
    const { db, time, tasks, pool, background } = this.#deps;
    const known = await findChat(db.read, chatId);
    if (known === null) throw new DomainError({ kind: "chat_not_found", chatId });
    const closedAt = time.now();
    // Close first, so that no prompt is accepted while the open tasks are stopped. Tasks are stopped even if the disk is full.
    const chat = (await writeOrLater(this.#deps, () => this.#update(chatId, { closedAt }))) ?? { ...known, closedAt };
    const open = (await listOpenTasks(db.read, chat.sessionId)).filter((task) => task.chatId === chatId);
    // Last one first: cancelling the running task would start the next one.
    for (const task of open.toReversed()) await tasks.cancel(task.id);
    pool.retireChat(chatId);
    // Not awaited, because a process that ignores signals takes a while to end.
    void background.endChat(chat.sessionId, chatId);
    return chat;
  }

  reopen(chatId: ChatId): Promise<Chat> {
    return this.#update(chatId, { closedAt: null }, true);
  }

  /** Returns the last `limit` items that begin before `before`, oldest first. */
  async transcript({ chatId, ...page }: { chatId: ChatId; before?: Seq | undefined; limit: number }): Promise<TranscriptPage> {
    const { db } = this.#deps;
    const chat = await findChat(db.read, chatId);
    if (chat === null) throw new DomainError({ kind: "chat_not_found", chatId });
    return readTranscript(db, chat, page);
  }

  #update(chatId: ChatId, patch: ChatPatch, mustBeOpen = false): Promise<Chat> {
    return this.#deps.db.write("full", async (tx, announce) => {
      const chat = await updateChat(tx, chatId, patch);
      if (chat === null) throw new DomainError({ kind: "chat_not_found", chatId });
      if (mustBeOpen) await requireSession(tx, chat.sessionId);
      return announced(announce, chat);
    });
  }
}

function announced(announce: Announce, chat: Chat): Chat {
  announce.changed("chats", [chat.id], chat.sessionId);
  announce.changed("sessions", [chat.sessionId], chat.sessionId);
  return chat;
}

/** A session that is being deleted can still be read. */
async function requireKnown(db: Queryable, sessionId: SessionId): Promise<void> {
  const session = await findSession(db, sessionId);
  if (session === null || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
}
