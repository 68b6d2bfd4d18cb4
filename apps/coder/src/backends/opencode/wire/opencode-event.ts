import type { WirePermission, WireQuestion, WireSession, WireTokens, WireToolState } from "./opencode-wire.ts";

/** An error in opencode's own words. */
export interface OpencodeError {
  name: string;
  message: string;
  httpStatus: number | null;
}

export interface OpencodeMessage {
  id: string;
  sessionId: string;
  role: "user" | "assistant";
  /** The `<provider>/<model>` of an answer. */
  model: string | null;
  isOver: boolean;
  /** True if the message is over and no other message of the same turn follows. */
  isFinal: boolean;
  error: OpencodeError | null;
  /** True if its text is no answer: it stands for what came before in the agent's context from here on. */
  isSummary: boolean;
  /** The usage, if the event has it. The older family reports it in a part. */
  used: { cost: number; tokens: WireTokens } | null;
}

/** opencode has two event families for the same content. A server sends one of them or both. */
export type EventFamily = "parts" | "next";

interface PartPlace {
  id: string;
  messageId: string;
  sessionId: string;
}

export type OpencodePart = PartPlace &
  (
    | { kind: "text" | "thought"; text: string; isOver: boolean }
    | { kind: "tool"; callId: string; tool: string; state: WireToolState }
    | { kind: "step"; cost: number; tokens: WireTokens }
  );

/** opencode has two request families: per directory and, in newer servers, per session. It accepts an answer only through the family of the request. */
export type AskFamily = "directory" | "session";

export type PermissionRequest = WirePermission & { family: AskFamily };
export type QuestionRequest = WireQuestion & { family: AskFamily };

export type Todo = { text: string; status: "pending" | "running" | "done" };

/** An opencode event of either family, decoded. */
export type OpencodeEvent =
  | { type: "message"; message: OpencodeMessage }
  | { type: "part"; family: EventFamily; part: OpencodePart }
  | ({ type: "delta"; family: EventFamily; text: string } & Omit<PartPlace, "id"> & { partId: string })
  | { type: "status"; sessionId: string; status: "idle" | "busy" }
  | { type: "retry"; sessionId: string; attempt: number; reason: string }
  | { type: "error"; sessionId: string | null; error: OpencodeError }
  | { type: "session"; session: WireSession }
  | { type: "todos"; sessionId: string; entries: Todo[] }
  | { type: "permission"; request: PermissionRequest }
  | { type: "question"; request: QuestionRequest }
  /** A permission or question was answered, here or elsewhere. Null: it was rejected. */
  | { type: "answered"; sessionId: string; requestId: string; reply: string | null }
  /** The agent goes on with a summary of what came before. Null: its text came as a message, or not at all. */
  | { type: "compacted"; sessionId: string; text: string | null }
  /** A known event without meaning for BooCode. */
  | { type: "silent" }
  /** An event of an unknown kind, or an invalid one of a known kind. */
  | { type: "unknown"; kind: string };
