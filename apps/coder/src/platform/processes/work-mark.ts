/** Everything that works for a session inherits it: who for. */
export const WORK_MARKER = "BOOCODE_WORK";

/** Whom a process works for; a chat of null means the session as a whole. */
export type WorkMark = { kind: "chat"; sessionId: string; chatId: string | null } | { kind: "agentSession"; agentSessionId: string };

/** For the environment of what works for a chat, or, without one, for the session as a whole. */
export function toWorkMark(sessionId: string, chatId: string | null): Record<typeof WORK_MARKER, string> {
  return { [WORK_MARKER]: `${sessionId}/${chatId ?? ""}` };
}

/**
 * Null for what is no mark of ours. A server that works for many chats marks what it starts by its own name for the chat, `agent:<id>`:
 * see `apps/coder/src/backends/opencode/server/hide-secrets.ts`.
 */
export function readWorkMark(value: string): WorkMark | null {
  if (value.startsWith("agent:")) return { kind: "agentSession", agentSessionId: value.slice("agent:".length) };
  const [sessionId = "", chatId, ...more] = value.split("/");
  if (sessionId === "" || chatId === undefined || more.length > 0) return null;
  return { kind: "chat", sessionId, chatId: chatId === "" ? null : chatId };
}
