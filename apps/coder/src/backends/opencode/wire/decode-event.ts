import { cutText } from "@boocode/shared/text/cut-text";
import type { Event as SdkEvent } from "@opencode-ai/sdk/v2/client";
import { z } from "zod";
import { decodeAskEvent } from "./decode-ask.ts";
import { decodeNextEvent } from "./decode-next-event.ts";
import type { OpencodeError, OpencodeEvent, OpencodeMessage, OpencodePart, Todo } from "./opencode-event.ts";
import { SILENT_PARTS, WireEnvelope, WireError, WireMessage, WirePart, WireSession, WireStatus } from "./opencode-wire.ts";

/** An event of a stream, with the id that identifies duplicates. */
export interface DecodedEvent {
  id: string | null;
  event: OpencodeEvent;
}

const MAX_ERROR_CHARS = 4_000;
/** Kinds of events that concern no chat, and occur at every start. */
const SILENT = [
  "server.connected",
  "server.heartbeat",
  "server.instance.disposed",
  "session.diff",
  "session.deleted",
  "file.edited",
  "file.watcher.updated",
  "plugin.added",
  "catalog.updated",
  "reference.updated",
  "integration.updated",
  "project.updated",
  "message.removed",
  "message.part.removed",
  "lsp.updated",
  "lsp.client.diagnostics",
  "global.disposed",
  "mcp.browser.open.failed",
  "tui.prompt.append",
  "tui.command.execute",
  "tui.session.select",
  "workspace.ready",
  "workspace.failed",
  "workspace.status",
  "worktree.ready",
  "worktree.failed",
  "vcs.branch.updated",
  "mcp.tools.changed",
  "command.executed",
  "installation.updated",
  "installation.update-available",
  "models-dev.refreshed",
  "project.directories.updated",
  "pty.created",
  "pty.updated",
  "pty.exited",
  "pty.deleted",
  "tui.toast.show",
  "integration.connection.updated",
] as const satisfies readonly (SdkEvent["type"] | "server.heartbeat" | "lsp.client.diagnostics")[];
const IS_SILENT: ReadonlySet<string> = new Set(SILENT);

/** Kinds of events that are not decoded here. A new kind in a newer SDK does not compile until it is listed or decoded. */
type RestKind = (typeof SILENT)[number] | `permission.${string}` | `question.${string}` | `session.next.${string}`;

const InSession = z.object({ sessionID: z.string() });
const Compacted = z.object({ sessionID: z.string(), text: z.string().optional() });
const Delta = z.object({ sessionID: z.string(), messageID: z.string(), partID: z.string(), field: z.string(), delta: z.string() });
const Status = z.object({ sessionID: z.string(), status: WireStatus });
const SessionError = z.object({ sessionID: z.string().optional(), error: WireError.prefault({}) });
const Todos = z.object({ sessionID: z.string(), todos: z.array(z.object({ content: z.string(), status: z.string() })) });

/** Decodes one event of the stream; a string is an event that was not JSON. Never throws: an invalid event becomes `unknown`, with its kind. */
export function decodeEvent(wire: unknown): DecodedEvent {
  if (typeof wire === "string") return { id: null, event: { type: "unknown", kind: "no JSON" } };
  const envelope = WireEnvelope.safeParse(wire);
  if (!envelope.success) return { id: null, event: { type: "unknown", kind: "no event" } };
  const { type, properties } = envelope.data;
  const id = (wire as { id?: unknown }).id;
  const event = decode(type as SdkEvent["type"], properties) ?? { type: "unknown", kind: cutText(type, 100) };
  return { id: typeof id === "string" ? id : null, event };
}

function decode(type: SdkEvent["type"], properties: Record<string, unknown>): OpencodeEvent | null {
  switch (type) {
    case "message.part.delta":
      return read(Delta, properties, ({ sessionID, messageID, partID, field, delta }) =>
        field === "text"
          ? { type: "delta", family: "parts", sessionId: sessionID, messageId: messageID, partId: partID, text: delta }
          : { type: "silent" },
      );
    case "message.part.updated":
      return decodePartEvent(properties["part"]);
    case "message.updated": {
      const message = decodeMessage(properties["info"]);
      return message && { type: "message", message };
    }
    case "session.status":
      return read(Status, properties, ({ sessionID, status }) =>
        status.type === "retry"
          ? { type: "retry", sessionId: sessionID, attempt: status.attempt, reason: status.message }
          : { type: "status", sessionId: sessionID, status: status.type },
      );
    case "session.idle":
      return read(InSession, properties, ({ sessionID }) => ({ type: "status", sessionId: sessionID, status: "idle" }));
    case "session.error":
      return read(SessionError, properties, ({ sessionID, error }) => ({
        type: "error",
        sessionId: sessionID ?? null,
        error: toError(error),
      }));
    case "session.created":
    case "session.updated":
      return read(WireSession, properties["info"], (session) => ({ type: "session", session }));
    case "session.compacted":
      return read(Compacted, properties, ({ sessionID, text }) => ({ type: "compacted", sessionId: sessionID, text: text ?? null }));
    case "todo.updated":
      return read(Todos, properties, ({ sessionID, todos }) => ({ type: "todos", sessionId: sessionID, entries: todos.map(toTodo) }));
    default:
      return decodeRest(type, properties);
  }
}

function decodeRest(type: RestKind, properties: Record<string, unknown>): OpencodeEvent | null {
  return IS_SILENT.has(type) ? { type: "silent" } : (decodeAskEvent(type, properties) ?? decodeNextEvent(type, properties));
}

function decodePartEvent(wire: unknown): OpencodeEvent | null {
  const part = decodePart(wire);
  if (part) return { type: "part", family: "parts", part };
  const kind = (wire as { type?: unknown } | null)?.type;
  return typeof kind === "string" && SILENT_PARTS.has(kind)
    ? { type: "silent" }
    : { type: "unknown", kind: `part ${cutText(String(kind), 80)}` };
}

/** Decodes a message from an event or a list. Null if it is invalid. */
export function decodeMessage(wire: unknown): OpencodeMessage | null {
  const parsed = WireMessage.safeParse(wire);
  if (!parsed.success) return null;
  const { id, sessionID, role, time, error, providerID, modelID, finish, summary } = parsed.data;
  const isOver = time.completed !== undefined;
  return {
    id,
    sessionId: sessionID,
    role,
    model: providerID && modelID ? `${providerID}/${modelID}` : null,
    isOver,
    // After a tool call, opencode asks the model again in another message.
    isFinal: isOver && finish !== undefined && finish !== "tool-calls" && finish !== "unknown",
    error: error ? toError(error) : null,
    isSummary: role === "assistant" && summary === true,
    used: null,
  };
}

/** Decodes a part from an event or a list. Null if it is invalid or holds nothing for the reader. */
export function decodePart(wire: unknown): OpencodePart | null {
  const parsed = WirePart.safeParse(wire);
  if (!parsed.success) return null;
  const part = parsed.data;
  const place = { id: part.id, messageId: part.messageID, sessionId: part.sessionID };
  switch (part.type) {
    case "text":
      return part.ignored ? null : { ...place, kind: "text", text: part.text, isOver: part.time?.end !== undefined };
    case "reasoning":
      return { ...place, kind: "thought", text: part.text, isOver: part.time?.end !== undefined };
    case "tool":
      return { ...place, kind: "tool", callId: part.callID, tool: part.tool, state: part.state };
    case "step-finish":
      return { ...place, kind: "step", cost: part.cost, tokens: part.tokens };
  }
}

/** An error in opencode's own words, bounded. */
export function toError({ name, data }: z.infer<typeof WireError>): OpencodeError {
  return { name, message: cutText(data.message ?? name, MAX_ERROR_CHARS), httpStatus: data.statusCode ?? null };
}

function toTodo({ content, status }: { content: string; status: string }): Todo {
  const isDone = status === "completed" || status === "cancelled";
  return { text: content, status: isDone ? "done" : status === "in_progress" ? "running" : "pending" };
}

/** Applies `build` to the parsed value; null if it does not match the schema. */
function read<T>(schema: z.ZodType<T>, value: unknown, build: (parsed: T) => OpencodeEvent): OpencodeEvent | null {
  const parsed = schema.safeParse(value);
  return parsed.success ? build(parsed.data) : null;
}
