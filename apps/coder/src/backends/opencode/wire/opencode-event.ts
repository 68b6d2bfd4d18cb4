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
  /** `<provider>/<model>`, of an answer. */
  model: string | null;
  isOver: boolean;
  /** Over, and no other message of the same turn follows. */
  isFinal: boolean;
  error: OpencodeError | null;
  /** What it used, where the event says so: the older family tells it in a part. */
  used: { cost: number; tokens: WireTokens } | null;
}

/** opencode has two families of events for the same content: a server speaks one of them, or both. */
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

/** opencode has two ways to ask, and takes an answer only on the way it asked by: per directory, and, in newer servers, per session. */
export type AskFamily = "directory" | "session";

export type PermissionRequest = WirePermission & { family: AskFamily };
export type QuestionRequest = WireQuestion & { family: AskFamily };

export type Todo = { text: string; status: "pending" | "running" | "done" };

/** What opencode's events come to, whichever family they are of. */
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
  /** A permission or question was answered, by whomever. Null: it was rejected. */
  | { type: "answered"; sessionId: string; requestId: string; reply: string | null }
  | { type: "compacted"; sessionId: string }
  /** Known, and of no meaning here. */
  | { type: "silent" }
  /** Of no kind known here, or of a known kind and not readable. */
  | { type: "unknown"; kind: string };
