import { z } from "zod";
import type { OpencodeEvent, OpencodeMessage, OpencodePart } from "./opencode-event.ts";
import { WireTokens as Tokens } from "./opencode-wire.ts";

const place = { sessionID: z.string(), assistantMessageID: z.string() };
const Fields = z.record(z.string(), z.unknown()).catch({});
const Said = z.object({ message: z.string().default("") }).catch({ message: "" });

const Content = z.object({
  ...place,
  textID: z.string().optional(),
  reasoningID: z.string().optional(),
  text: z.string().default(""),
  delta: z.string().default(""),
});
const Tool = z.object({
  ...place,
  callID: z.string(),
  tool: z.string().default(""),
  input: Fields,
  structured: Fields,
  content: z.array(z.object({ text: z.string().default("") })).catch([]),
  error: Said.optional(),
});
const Step = z.object({
  ...place,
  model: z.object({ id: z.string(), providerID: z.string() }).optional().catch(undefined),
  finish: z.string().optional(),
  cost: z.number().default(0),
  tokens: Tokens.optional(),
  error: Said.optional(),
});
const Prompted = z.object({ sessionID: z.string(), messageID: z.string() });
const Retried = z.object({ sessionID: z.string(), attempt: z.number(), error: Said });
const SILENT =
  /^session\.next\.(?:agent\.switched|model\.switched|moved|context\.updated|synthetic|shell\.|prompt\.admitted|tool\.input\.|compaction\.|revert\.|step\.snapshot)/;

/**
 * Decodes an event of the newer family, `session.next.*`, into the same events as the older family: parts keep their ids, and a step is a
 * message. Null for any other kind or an invalid event.
 */
export function decodeNextEvent(type: string, properties: Record<string, unknown>): OpencodeEvent | null {
  if (!type.startsWith("session.next.")) return null;
  if (SILENT.test(type)) return { type: "silent" };
  const [, , group, what = ""] = type.split(".");
  if (group === "text" || group === "reasoning") return toContent(group, what, properties);
  if (group === "tool") return toTool(what, properties);
  if (group === "step") return toStep(what, properties);
  if (group === "prompted") {
    const parsed = Prompted.safeParse(properties);
    return parsed.success ? { type: "message", message: messageOf(parsed.data.messageID, parsed.data.sessionID, "user") } : null;
  }
  const retried = group === "retried" ? Retried.safeParse(properties) : null;
  return retried?.success
    ? { type: "retry", sessionId: retried.data.sessionID, attempt: retried.data.attempt, reason: retried.data.error.message }
    : null;
}

function toContent(group: "text" | "reasoning", what: string, properties: unknown): OpencodeEvent | null {
  const parsed = Content.safeParse(properties);
  const id = parsed.success ? (parsed.data.textID ?? parsed.data.reasoningID) : undefined;
  if (!parsed.success || id === undefined) return null;
  const { sessionID, assistantMessageID, text, delta } = parsed.data;
  const partId = toPartId(assistantMessageID, id);
  const where = { sessionId: sessionID, messageId: assistantMessageID };
  if (what === "delta") return { type: "delta", family: "next", ...where, partId, text: delta };
  const kind = group === "text" ? "text" : "thought";
  return { type: "part", family: "next", part: { ...where, id: partId, kind, text, isOver: what === "ended" } };
}

const STATUS = { called: "running", progress: "running", success: "completed", failed: "error" } as const;

function toTool(what: string, properties: unknown): OpencodeEvent | null {
  const parsed = Tool.safeParse(properties);
  const status = STATUS[what as keyof typeof STATUS];
  if (!parsed.success || status === undefined) return null;
  const { sessionID, assistantMessageID, callID, tool, input, structured, content, error } = parsed.data;
  const output = content.map(({ text }) => text).join("\n");
  const part: OpencodePart = {
    id: toPartId(assistantMessageID, callID),
    messageId: assistantMessageID,
    sessionId: sessionID,
    kind: "tool",
    callId: callID,
    tool,
    state: {
      status,
      input,
      metadata: { ...structured, ...(status === "running" ? { output } : {}) },
      ...(status === "completed" ? { output } : {}),
      ...(error ? { error: error.message } : {}),
    },
  };
  return { type: "part", family: "next", part };
}

function toStep(what: string, properties: unknown): OpencodeEvent | null {
  const parsed = Step.safeParse(properties);
  if (!parsed.success) return null;
  const { sessionID, assistantMessageID, model, finish, error, cost, tokens } = parsed.data;
  const message = messageOf(assistantMessageID, sessionID, "assistant");
  const isOver = what !== "started";
  return {
    type: "message",
    message: {
      ...message,
      model: model ? `${model.providerID}/${model.id}` : null,
      isOver,
      isFinal: isOver && finish !== undefined && finish !== "tool-calls" && finish !== "unknown",
      isSummary: false,
      error: what === "failed" ? { name: "UnknownError", message: error?.message ?? "", httpStatus: null } : null,
      used: tokens ? { cost, tokens } : null,
    },
  };
}

/** Makes a unique part id: these ids come from the model, which restarts counting in each message. */
const toPartId = (messageId: string, id: string) => `${messageId}/${id}`;

function messageOf(id: string, sessionId: string, role: OpencodeMessage["role"]): OpencodeMessage {
  return { id, sessionId, role, model: null, isOver: false, isFinal: false, error: null, isSummary: false, used: null };
}
