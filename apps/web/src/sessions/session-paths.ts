import type { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Tab } from "@boocode/shared/panes/tab";

/** A tab that has an address. */
export type ShownTab = Extract<Tab, { kind: "chat" | "changes" }>;

/** The URL path of a session or of one of its chats. */
export function toSessionPath(sessionId: SessionId, chatId?: ChatId): string {
  return chatId ? `/session/${sessionId}/${chatId}` : `/session/${sessionId}`;
}

/** The URL path of a session's changes, or of those of one turn. */
export function toChangesPath(sessionId: SessionId, taskId: TaskId | null): string {
  return taskId === null ? `/session/${sessionId}/changes` : `/session/${sessionId}/changes/${taskId}`;
}

/** The URL path of a tab. */
export function toTabPath(sessionId: SessionId, tab: ShownTab): string {
  return tab.kind === "chat" ? toSessionPath(sessionId, tab.chatId) : toChangesPath(sessionId, tab.taskId);
}

/** Parses a session's path; null for other paths. The daemon checks whether the ids exist. */
export function fromSessionPath(path: string): { sessionId: SessionId; tab: ShownTab | null } | null {
  const match = /^\/session\/([\w.:-]+)(?:\/(?:(changes)(?:\/([\w.:-]+))?|([\w.:-]+)))?\/?$/.exec(path);
  if (!match?.[1]) return null;
  const [, sessionId, changes, taskId, chatId] = match;
  const tab: ShownTab | null = changes
    ? { kind: "changes", taskId: (taskId ?? null) as TaskId | null }
    : chatId
      ? { kind: "chat", chatId: chatId as ChatId }
      : null;
  return { sessionId: sessionId as SessionId, tab };
}
