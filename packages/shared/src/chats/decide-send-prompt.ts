import { ATTACHMENT_LIMITS, type Attachment } from "../attachments/attachment.ts";
import { hasSameAttachments } from "../attachments/has-same-attachments.ts";
import { type Refusal, refuse } from "../faults/domain-error.ts";
import type { Agent } from "../agents/agent.ts";
import type { SessionRecord } from "../sessions/session.ts";
import { MAX_PROMPT_BYTES, type SendPromptInput, type Task } from "../tasks/task.ts";
import type { Chat } from "./chat.ts";
import { countUtf8Bytes } from "./count-utf8-bytes.ts";

/** The maximum number of queued and running tasks per session. */
export const MAX_OPEN_TASKS_PER_SESSION = 100;

/** The state when a prompt arrives. */
export interface SendPromptState {
  /** The task that already has this prompt's id. */
  existing: Pick<Task, "sessionId" | "chatId" | "agent" | "text" | "attachments" | "id" | "acceptedSeq"> | null;
  /** The chat the prompt names; null if it names none or the chat does not exist. */
  chat: Pick<Chat, "id" | "sessionId" | "closedAt"> | null;
  /** The chat's session, or the session the prompt names. */
  session: Pick<SessionRecord, "id" | "archived" | "deletedAt"> | null;
  /** True from the beginning of the session's deletion. */
  isDeleting: boolean;
  agent: Pick<Agent, "id" | "available" | "diagnosis" | "installHint"> | null;
  /** The files that the prompt names, as they are stored; null for one that is not. */
  attachments: readonly (Attachment | null)[];
  /** The number of queued or running tasks of the session. */
  openTasks: number;
}

export type SendPromptDecision<ExistingTask> = { kind: "accept" } | { kind: "duplicate"; task: ExistingTask } | Refusal;

/**
 * Decides whether a prompt becomes a task.
 *
 * A known prompt id means a retry: the answer is the task it created, whatever has happened since. The same id with another prompt is a
 * conflict.
 */
export function decideSendPrompt<State extends SendPromptState>(
  state: State,
  input: SendPromptInput,
): SendPromptDecision<NonNullable<State["existing"]>> {
  const { existing, chat, session, agent } = state;
  if (existing !== null) {
    return isRetry(existing, input) ? { kind: "duplicate", task: existing } : refuse({ kind: "prompt_conflict", promptId: input.promptId });
  }

  if (input.text.trim() === "" && state.attachments.length === 0) return refuse({ kind: "prompt_empty" });
  const bytes = countUtf8Bytes(input.text);
  if (bytes > MAX_PROMPT_BYTES) return refuse({ kind: "prompt_too_large", bytes, maxBytes: MAX_PROMPT_BYTES });
  const refusal = refuseAttachments(state.attachments, input.attachments ?? []);
  if (refusal !== null) return refusal;

  if (input.chatId === null && input.sessionId === undefined) return refuse({ kind: "chat_required" });
  if (input.chatId !== null) {
    const isElsewhere = input.sessionId !== undefined && chat?.sessionId !== input.sessionId;
    if (chat === null || isElsewhere) return refuse({ kind: "chat_not_found", chatId: input.chatId });
  }
  if (session === null || session.deletedAt !== null) {
    return refuse({ kind: "session_not_found", sessionId: input.sessionId ?? chat?.sessionId ?? "" });
  }
  if (state.isDeleting) return refuse({ kind: "session_deleting", sessionId: session.id });
  if (session.archived) return refuse({ kind: "session_archived", sessionId: session.id });
  if (chat !== null && chat.closedAt !== null) return refuse({ kind: "chat_closed", chatId: chat.id });

  if (agent === null) return refuse({ kind: "agent_not_found", agent: input.agent });
  if (!agent.available) return refuse({ kind: "agent_unavailable", agent: agent.id, hint: agent.installHint ?? agent.diagnosis });

  if (state.openTasks >= MAX_OPEN_TASKS_PER_SESSION) {
    return refuse({ kind: "queue_full", sessionId: session.id, limit: MAX_OPEN_TASKS_PER_SESSION });
  }
  return { kind: "accept" };
}

/**
 * Returns whether a prompt repeats the request that created the task. A prompt without a chat matches any chat that was resolved for it.
 */
function isRetry(existing: NonNullable<SendPromptState["existing"]>, input: SendPromptInput): boolean {
  return (
    existing.text === input.text &&
    existing.agent === input.agent &&
    hasSameAttachments(existing.attachments, input.attachments ?? []) &&
    (input.chatId === null || existing.chatId === input.chatId) &&
    (input.sessionId === undefined || existing.sessionId === input.sessionId)
  );
}

/** Returns why a prompt may not carry its files, or null if it may. `wanted`: what it names, in the same order. */
export function refuseAttachments(
  attachments: readonly (Attachment | null)[],
  wanted: readonly Pick<Attachment, "blobId">[],
): Refusal | null {
  const { files, bytes: maxBytes } = ATTACHMENT_LIMITS;
  if (attachments.length > files) return refuse({ kind: "too_many", what: "attachments", limit: files });
  const missing = attachments.indexOf(null);
  if (missing >= 0) return refuse({ kind: "blob_not_found", blobId: wanted[missing]?.blobId ?? "" });
  const bytes = attachments.reduce((sum, attachment) => sum + (attachment?.bytes ?? 0), 0);
  return bytes > maxBytes ? refuse({ kind: "attachments_too_large", bytes, maxBytes }) : null;
}
