import type { ChatId, SessionId, TaskId, TerminalId } from "@boocode/shared/ids";
import type { Tab } from "@boocode/shared/panes/tab";

/** A tab that has an address. */
export type ShownTab = Extract<Tab, { kind: "chat" | "changes" | "terminal" | "code" }>;

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
  if (tab.kind === "code")
    return `/session/${sessionId}/code${tab.path === null ? "" : `/${tab.path.split("/").map(encodeURIComponent).join("/")}`}`;
  if (tab.kind === "terminal") return `/session/${sessionId}/terminal/${tab.terminalId}`;
  return tab.kind === "chat" ? toSessionPath(sessionId, tab.chatId) : toChangesPath(sessionId, tab.taskId);
}

/** Parses a session's path; null for other paths. The daemon checks whether the ids exist. */
export function fromSessionPath(path: string): { sessionId: SessionId; tab: ShownTab | null } | null {
  const match = /^\/session\/([\w.:-]+)(?:\/(?:(changes)(?:\/([\w.:-]+))?|terminal\/([\w.:-]+)|(code)(?:\/(.+?))?|([\w.:-]+)))?\/?$/.exec(
    path,
  );
  if (!match?.[1]) return null;
  const [, sessionId, changes, taskId, terminalId, code, file, chatId] = match;
  return { sessionId: sessionId as SessionId, tab: toTab({ changes, taskId, terminalId, code, file, chatId }) };
}

type Named = Record<"changes" | "taskId" | "terminalId" | "code" | "file" | "chatId", string | undefined>;

function toTab({ changes, taskId, terminalId, code, file, chatId }: Named): ShownTab | null {
  if (changes !== undefined) return { kind: "changes", taskId: (taskId ?? null) as TaskId | null };
  if (terminalId !== undefined) return { kind: "terminal", terminalId: terminalId as TerminalId };
  if (code !== undefined) return { kind: "code", path: file === undefined ? null : decodePath(file) };
  return chatId === undefined ? null : { kind: "chat", chatId: chatId as ChatId };
}

/** Decodes the path of a file in an address; null if it is none. */
function decodePath(path: string): string | null {
  try {
    return path.split("/").map(decodeURIComponent).join("/");
  } catch {
    return null;
  }
}
