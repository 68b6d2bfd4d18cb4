import type { Announce } from "@boocode/db/announcements";
import { findAttachments, setBlobUses } from "@boocode/db/stores/chats/blob-store";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { findChat, insertChat, listChats, updateChat } from "@boocode/db/stores/chats/chat-store";
import { deleteComments } from "@boocode/db/stores/changes/review-store";
import type { Schema } from "@boocode/db/schema";
import { toCommandCall } from "@boocode/shared/agents/commands/slash-command";
import { findSession, updateSession } from "@boocode/db/stores/sessions/session-store";
import { findTrashOfSession } from "@boocode/db/stores/sessions/trash-store";
import { findTask, findTaskByPromptId, insertTask, listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { Agent } from "@boocode/shared/agents/agent";
import type { Attachment } from "@boocode/shared/attachments/attachment";
import type { Chat } from "@boocode/shared/chats/chat";
import { decideSendPrompt } from "@boocode/shared/chats/decide-send-prompt";
import { DEFAULT_CHAT_TITLE, DEFAULT_SESSION_TITLE, toTitle } from "@boocode/shared/chats/to-title";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { ChatId, type SessionId, TaskId } from "@boocode/shared/ids";
import { wasRemoved } from "@boocode/shared/tasks/decide-queue-change";
import type { SessionRecord } from "@boocode/shared/sessions/session";
import { hasEnded } from "@boocode/shared/tasks/task-transitions";
import type { SendPromptInput, SentPrompt, Task } from "@boocode/shared/tasks/task";
import type { Transaction } from "kysely";
import { newId } from "../platform/new-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { moveInQueue } from "./move-in-queue.ts";
import { toQueueChange } from "./read-queue-change.ts";
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
 * `steers`: the turn that the prompt is meant for. It then comes first in the queue, behind others for that turn.
 *
 * Faults: those of `decideSendPrompt`, and `shutting_down`.
 */
export async function sendPrompt(deps: SendPromptDeps, given: SendPromptInput, steers: TaskId | null = null): Promise<SentPrompt> {
  const input = toSkillPrompt(given);
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
    const attachments = await findAttachments(tx, input.attachments ?? []);
    const decision = decideSendPrompt({ existing, chat, session, isDeleting, agent, attachments, openTasks }, input);
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    if (decision.kind === "duplicate") {
      const { id: taskId, chatId, acceptedSeq: seq } = decision.task;
      return { taskId, chatId, seq };
    }
    if (session === null) throw new Error("A prompt was accepted without a session");
    const again = input.again === undefined ? null : await findRemoved(tx, input.again, session.id);
    const turn = steers === null ? null : await findTask(tx, steers);
    const into = turn && !hasEnded(turn) ? turn.id : null;
    const task = await accept(
      { tx, announce, at },
      { ...input, attachments: attachments.filter((attachment) => attachment !== null), again, steers: into },
      session,
      chat ?? (await resolveChat(tx, input, session, at)),
    );
    if (into !== null) await placeWords({ tx, announce, at }, task, into);
    // They are in the prompt's text now, and must not go into another one.
    const carried = await deleteComments(tx, session.id, input.commentIds ?? []);
    if (carried.length > 0) announce.changed("reviews", carried, session.id);
    return { taskId: task.id, chatId: task.chatId, seq: task.acceptedSeq };
  });
  deps.dispatcher.wake();
  return sent;
}

/** Makes a prompt that calls a skill a task of that kind, whose text begins with the skill's name. */
function toSkillPrompt({ skill, ...input }: SendPromptInput): Omit<SendPromptInput, "skill"> {
  if (skill === undefined) return input;
  const isCalled = toCommandCall(input.text)?.name === skill;
  return { ...input, kind: "skill", text: isCalled ? input.text : `/${skill} ${input.text}`.trim() };
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

/** Finds a prompt that was removed from this session's queue and is not in it again. */
async function findRemoved(tx: Tx, taskId: TaskId, sessionId: SessionId): Promise<Task | null> {
  const removed = await findTask(tx, taskId);
  if (removed?.sessionId !== sessionId || !wasRemoved(removed)) return null;
  const open = await listOpenTasks(tx, sessionId);
  return open.some(({ position }) => position === removed.position) ? null : removed;
}

/** Puts words for a turn in front of the queue, behind those for the same turn. */
async function placeWords(write: Write, words: Task, into: TaskId): Promise<void> {
  const before = (await listOpenTasks(write.tx, words.sessionId)).findLast((task) => task.steers === into && task.id !== words.id);
  await moveInQueue(write, words, before ? { next: "after", anchor: before } : { next: "first" });
}

/** The input from which a task is created. */
export type AcceptedInput = Omit<SendPromptInput, "chatId" | "sessionId" | "kind" | "skill" | "attachments" | "commentIds" | "again"> & {
  kind?: Task["kind"] | undefined;
  /** The files that it carries, which are stored. Absent: none. */
  attachments?: readonly Attachment[];
  /** The removed prompt that it brings back. */
  again?: Task | null;
  /** The turn that it is meant for. */
  steers?: TaskId | null;
} & Partial<Pick<Task, "notBefore" | "continues" | "continuesLeft">>;

/** Appends a task to its session's queue, in the caller's transaction. */
export async function accept(write: Write, input: AcceptedInput, session: SessionRecord, chat: Chat): Promise<Task> {
  const { tx, announce, at } = write;
  const { promptId, agent, text, again = null } = input;
  const attachments = [...(input.attachments ?? [])];
  // What repeats a prompt asks for it in the same way: a skill stays one.
  const kind = input.kind ?? (again?.kind === "skill" ? "skill" : "message");
  // A model name is only valid for the agent it was chosen for.
  const isSameAgent = chat.agent === agent;
  const model = input.model ?? (isSameAgent ? chat.model : "");
  const mode = input.mode ?? (isSameAgent ? chat.mode : "");
  const id = TaskId.parse(newId("task", at));
  const place = { chatId: chat.id, taskId: id, at };
  const carried = attachments.length === 0 ? {} : { attachments };
  const open = await listOpenTasks(tx, session.id);
  const before = open.filter(({ position }) => again === null || position < again.position);
  const queue = [...before, { id, state: "queued" as const }, ...open.slice(before.length)];
  const [accepted] = await appendChatEvents(tx, announce, session.id, [
    {
      ...place,
      body: { type: "prompt.accepted", promptId, agent, model, mode, kind, text, ...carried, ...(again && { again: again.id }) },
    },
    toQueueChange(queue, at),
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
    attachments,
    state: "queued",
    cause: null,
    evidence: null,
    usage: null,
    acceptedSeq: accepted.seq,
    position: again?.position ?? accepted.seq,
    notBefore: input.notBefore ?? again?.notBefore ?? null,
    steers: input.steers ?? null,
    continues: input.continues ?? null,
    continuesLeft: input.continuesLeft ?? null,
    ignoresBudget: false,
    stopRequestedAt: null,
    createdAt: at,
    startedAt: null,
    endedAt: null,
  };
  await insertTask(tx, task);
  const blobIds = attachments.map(({ blobId }) => blobId);
  if (blobIds.length > 0) await setBlobUses(tx, id, blobIds);
  // A prompt may be nothing but files.
  const title = toTitle(text) || toTitle(attachments[0]?.name ?? "");
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
