import type { ChatId, SessionId } from "@boocode/shared/ids";

/** Where a session, or one chat of it, is shown. */
export function toSessionPath(sessionId: SessionId, chatId?: ChatId): string {
  return chatId ? `/session/${sessionId}/${chatId}` : `/session/${sessionId}`;
}

/** What a path of the page names; null where it is not a session's. The daemon judges whether such a thing exists. */
export function fromSessionPath(path: string): { sessionId: SessionId; chatId: ChatId | null } | null {
  const match = /^\/session\/([\w.:-]+)(?:\/([\w.:-]+))?\/?$/.exec(path);
  if (!match?.[1]) return null;
  return { sessionId: match[1] as SessionId, chatId: (match[2] ?? null) as ChatId | null };
}
