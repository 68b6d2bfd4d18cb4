import type { TurnAnswer, TurnSignal } from "@boocode/shared/agents/turns/turn-guard";
import type { OpencodeError, OpencodeEvent, OpencodeMessage } from "../wire/opencode-event.ts";

/** Converts an event to a signal about the end of this session's turn; null if it has none. */
export function toTurnSignal(event: OpencodeEvent, sessionId: string): TurnSignal | null {
  switch (event.type) {
    case "message": {
      const { message } = event;
      if (message.sessionId !== sessionId) return null;
      return message.role === "user" ? { type: "prompt_seen", messageId: message.id } : { type: "answer", answer: toAnswer(message) };
    }
    case "status":
      return event.sessionId === sessionId ? { type: event.status } : null;
    case "error":
      return event.sessionId === sessionId ? { type: "error", error: toTurnError(event.error) } : null;
    default:
      return null;
  }
}

/** The session that an event belongs to, or null. */
export function sessionOf(event: OpencodeEvent): string | null {
  if (event.type === "message") return event.message.sessionId;
  if (event.type === "part") return event.part.sessionId;
  if (event.type === "session") return event.session.id;
  if ("request" in event) return event.request.sessionID;
  return "sessionId" in event ? event.sessionId : null;
}

/** The message that an event belongs to, or null. */
export function messageOf(event: OpencodeEvent): string | null {
  if (event.type === "message") return event.message.id;
  if (event.type === "part") return event.part.messageId;
  return event.type === "delta" ? event.messageId : null;
}

/** The error in an event or in its message. */
export function errorOf(event: OpencodeEvent): OpencodeError | null {
  if (event.type === "error") return event.error;
  return event.type === "message" ? event.message.error : null;
}

/** Converts an answer for the guard. */
export function toAnswer({ id, isOver, isFinal, error }: OpencodeMessage): TurnAnswer {
  return { messageId: id, isOver, isFinal, error: error && toTurnError(error) };
}

function toTurnError({ name, message }: OpencodeError) {
  return { isAbort: name === "MessageAbortedError", message };
}
