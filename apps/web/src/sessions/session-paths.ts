import type { ChatId, SessionId } from "@boocode/shared/ids";

/** The URL path of a session or of one of its chats. */
export function toSessionPath(sessionId: SessionId, chatId?: ChatId): string {
  return chatId ? `/session/${sessionId}/${chatId}` : `/session/${sessionId}`;
}

/** Parses the ids in a session's path; null for other paths. The daemon checks whether the session exists. */
export function fromSessionPath(path: string): { sessionId: SessionId; chatId: ChatId | null } | null {
  const match = /^\/session\/([\w.:-]+)(?:\/([\w.:-]+))?\/?$/.exec(path);
  if (!match?.[1]) return null;
  return { sessionId: match[1] as SessionId, chatId: (match[2] ?? null) as ChatId | null };
}
