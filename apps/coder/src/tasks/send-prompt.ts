import type { Announce } from "@boocode/db/announcements";
import { appendChatEvents } from "@boocode/db/stores/chat-event-store";
import { findChat, insertChat, listChats, updateChat } from "@boocode/db/stores/chat-store";
import { deleteComments } from "@boocode/db/stores/review-store";
import type { Schema } from "@boocode/db/schema";
import { findSession, updateSession } from "@boocode/db/stores/session-store";
import { findTrashOfSession } from "@boocode/db/stores/trash-store";
import { findTaskByPromptId, insertTask, listOpenTasks } from "@boocode/db/stores/task-store";
import type { Agent } from "@boocode/shared/agents/agent";
import type { Chat } from "@boocode/shared/chats/chat";
import { decideSendPrompt } from "@boocode/shared/chats/decide-send-prompt";
import { DEFAULT_CHAT_TITLE, DEFAULT_SESSION_TITLE, toTitle } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { ChatId, TaskId } from "@boocode/shared/ids";
import type { SessionRecord } from "@boocode/shared/sessions/session";
import type { SendPromptInput, SentPrompt, Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { newId } from "../platform/new-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { readQueueChange } from "./read-queue-change.ts";
import type { TaskDeps } from "./run/run-ports.ts";

export interface SendPromptDeps extends TaskDeps {
  dispatcher: Dispatcher;
  /** Returns an agent's availability; null for an unknown agent. */
  findAgent(agent: string): Promise<Pick<Agent, "id" | "available" | "diagnosis" | "installHint"> | null>;
}

type Tx = Transaction<Schema>;

interface Write {
  tx: Tx;
  announce: Announce;
  at: number;
}

/**
 * Accepts a prompt: stores its task, `prompt.accepted` and its chat's new settings in one transaction that survives a power cut, then wakes
 * the dispatcher. It is idempotent per `promptId`: a repeated call returns the same answer and changes nothing.
 *
 * Faults: those of `decideSendPrompt`, and `shutting_down`.
 */
export async function sendPrompt(deps: SendPromptDeps, input: SendPromptInput): Promise<SentPrompt> {
  deps.dispatcher.requireOpen();
  const agent = await deps.findAgent(input.agent);
  const at = deps.time.now();
  const sent = await deps.db.write("full", async (tx, announce) => {
    const existing = await findTaskByPromptId(tx, input.promptId);
    const chat = input.chatId === null ? null : await findChat(tx, input.chatId);
    const sessionId = chat?.sessionId ?? input.sessionId;
    const session = sessionId === undefined ? null : await findSession(tx, sessionId);
    const isDeleting = session !== null && (await findTrashOfSession(tx, session.id)) !== null;
    const openTasks = session === null ? 0 : (await listOpenTasks(tx, session.id)).length;
    const decision = decideSendPrompt({ existing, chat, session, isDeleting, agent, openTasks }, input);
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    if (decision.kind === "duplicate") {
      const { id: taskId, chatId, acceptedSeq: seq } = decision.task;
      return { taskId, chatId, seq };
    }
    if (session === null) throw new Error("A prompt was accepted without a session");
    const task = await accept({ tx, announce, at }, input, session, chat ?? (await resolveChat(tx, input, session, at)));
    // They are in the prompt's text now, and must not go into another one.
    const carried = await deleteComments(tx, session.id, input.commentIds ?? []);
    if (carried.length > 0) announce.changed("reviews", carried, session.id);
    return { taskId: task.id, chatId: task.chatId, seq: task.acceptedSeq };
  });
  deps.dispatcher.wake();
  return sent;
}

/** Chooses the chat for a prompt that names none: the open chat that last used its agent, or else a new chat. */
async function resolveChat(tx: Tx, input: SendPromptInput, session: SessionRecord, at: number): Promise<Chat> {
  const open = (await listChats(tx, session.id)).filter((chat) => chat.closedAt === null && chat.agent === input.agent);
  const latest = open.toSorted((a, b) => b.lastActivityAt - a.lastActivityAt)[0];
  if (latest) return latest;
  const chat: Chat = {
    id: ChatId.parse(newId("chat", at)),
    sessionId: session.id,
    title: DEFAULT_CHAT_TITLE,
    agent: input.agent,
    model: input.model ?? "",
    mode: input.mode ?? "",
    closedAt: null,
    createdAt: at,
    lastActivityAt: at,
  };
  await insertChat(tx, chat);
  return chat;
}

/** The input from which a task is created. */
export type AcceptedInput = Omit<SendPromptInput, "chatId" | "sessionId" | "kind" | "commentIds"> & { kind?: Task["kind"] | undefined };

/** Appends a task to its session's queue, in the caller's transaction. */
export async function accept(write: Write, input: AcceptedInput, session: SessionRecord, chat: Chat): Promise<Task> {
  const { tx, announce, at } = write;
  const { promptId, agent, text, kind = "message" } = input;
  // A model name is only valid for the agent it was chosen for.
  const isSameAgent = chat.agent === agent;
  const model = input.model ?? (isSameAgent ? chat.model : "");
  const mode = input.mode ?? (isSameAgent ? chat.mode : "");
  const id = TaskId.parse(newId("task", at));
  const place = { chatId: chat.id, taskId: id, at };
  const [accepted] = await appendChatEvents(tx, announce, session.id, [
    { ...place, body: { type: "prompt.accepted", promptId, agent, model, mode, kind, text } },
  ]);
  if (!accepted) throw new Error("The journal assigned no position");
  const task: Task = {
    id,
    promptId,
    sessionId: session.id,
    chatId: chat.id,
    agent,
    model,
    mode,
    kind,
    text,
    state: "queued",
    cause: null,
    evidence: null,
    usage: null,
    acceptedSeq: accepted.seq,
    stopRequestedAt: null,
    createdAt: at,
    startedAt: null,
    endedAt: null,
  };
  await insertTask(tx, task);
  await appendChatEvents(tx, announce, session.id, [await readQueueChange(tx, session.id, at)]);
  const title = toTitle(text);
  const isUntitled = title !== "" && chat.title === DEFAULT_CHAT_TITLE;
  // Work that an agent began by itself does not set the defaults of the next prompt.
  const chosen = kind === "agent" ? {} : { agent, model, mode };
  await updateChat(tx, chat.id, { ...chosen, lastActivityAt: at, ...(isUntitled ? { title } : {}) });
  if (title !== "" && session.title === DEFAULT_SESSION_TITLE) await updateSession(tx, session.id, { title });
  announce.changed("tasks", [id], session.id);
  announce.changed("chats", [chat.id], session.id);
  announce.changed("sessions", [session.id], session.id);
  return task;
}
