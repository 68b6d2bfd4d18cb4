/** The variable that names the chat or session a process works for. Every process that works for a session inherits it. */
export const WORK_MARKER = "BOOCODE_WORK";

/** What a process works for: a chat, the whole session if the chat is null, or the person in a terminal. */
export type WorkMark =
  | { kind: "chat"; sessionId: string; chatId: string | null }
  | { kind: "agentSession"; agentSessionId: string }
  | { kind: "terminal"; sessionId: string; terminalId: string };

/** Makes the environment variable for processes that work for a chat, or for the whole session if the chat is null. */
export function toWorkMark(sessionId: string, chatId: string | null): Record<typeof WORK_MARKER, string> {
  return { [WORK_MARKER]: `${sessionId}/${chatId ?? ""}` };
}

/** Makes the environment variable for what runs in a terminal. */
export function toTerminalMark(sessionId: string, terminalId: string): Record<typeof WORK_MARKER, string> {
  return { [WORK_MARKER]: `terminal:${sessionId}/${terminalId}` };
}

/**
 * Parses a mark; null if it is not one of BooCode's. A server shared by many chats marks its processes with its own id for the chat,
 * `agent:<id>`:
 * see `apps/coder/src/backends/opencode/server/hide-secrets.ts`.
 */
export function readWorkMark(value: string): WorkMark | null {
  if (value.startsWith("agent:")) return { kind: "agentSession", agentSessionId: value.slice("agent:".length) };
  const [owner = "", chatId, ...more] = value.split("/");
  const sessionId = owner.replace(/^terminal:/, "");
  if (sessionId === "" || chatId === undefined || more.length > 0) return null;
  if (sessionId !== owner) return { kind: "terminal", sessionId, terminalId: chatId };
  return { kind: "chat", sessionId, chatId: chatId === "" ? null : chatId };
}
