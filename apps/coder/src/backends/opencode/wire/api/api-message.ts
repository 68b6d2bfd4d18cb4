import { z } from "zod";
import { WireTokens } from "../opencode-wire.ts";
import { ApiTool, isInterrupted, toOldInput, toOldMetadata, toOldName, toOutput } from "./to-tool-state.ts";

const Time = z.object({ completed: z.number().optional() }).catch({});
const Content = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["text", "reasoning"]), id: z.string().optional(), text: z.string() }),
  z.object({
    type: z.literal("tool"),
    id: z.string(),
    name: z.string(),
    state: ApiTool.extend({ status: z.string(), input: z.unknown() }),
  }),
]);
const ApiError = z.object({ type: z.string().default(""), message: z.string().default("") });

/** A stored message. Kinds without meaning for BooCode are not accepted. */
const ApiMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("user"), id: z.string(), text: z.string() }),
  z.object({
    type: z.literal("assistant"),
    id: z.string(),
    time: Time,
    model: z.object({ id: z.string(), providerID: z.string() }).optional().catch(undefined),
    content: z.array(z.unknown()).catch([]),
    finish: z.string().optional(),
    cost: z.number().default(0),
    tokens: WireTokens.optional().catch(undefined),
    error: ApiError.optional().catch(undefined),
  }),
]);
type Assistant = Extract<z.infer<typeof ApiMessage>, { type: "assistant" }>;

/** A message in the form of opencode 1. */
interface OldMessage {
  info: Record<string, unknown>;
  parts: Record<string, unknown>[];
}

/** Converts a stored message to the form of opencode 1; null if it has nothing for the reader. The parts have the ids of their events. */
export function toOldMessage(wire: unknown, sessionID: string): OldMessage | null {
  const parsed = ApiMessage.safeParse(wire);
  if (!parsed.success) return null;
  const message = parsed.data;
  if (message.type === "assistant") return toAnswer(message, sessionID);
  const { id, text } = message;
  const part = { id: `${id}/text`, sessionID, messageID: id, type: "text", text, time: { end: 0 } };
  return { info: { id, sessionID, role: "user", time: {} }, parts: [part] };
}

function toAnswer({ id, time, model, content, finish, cost, tokens, error }: Assistant, sessionID: string): OldMessage {
  const known = content.flatMap((one) => Content.safeParse(one).data ?? []);
  const place = { sessionID, messageID: id };
  const counts = { text: 0, reasoning: 0 };
  const isOver = time.completed !== undefined || error !== undefined;
  let wasInterrupted = false;
  const parts = known.map((one, index): Record<string, unknown> => {
    if (one.type !== "tool") {
      const partId = one.id ?? `${one.type}-${counts[one.type]}`;
      counts[one.type] += 1;
      const end = isOver || index < known.length - 1 ? { end: 0 } : {};
      return { ...place, id: toPartId(id, partId), type: one.type, text: one.text, time: end };
    }
    const tool = toOldName(one.name);
    const { status, input } = one.state;
    wasInterrupted ||= isInterrupted(one.state);
    const isKnown = status === "running" || status === "completed" || status === "error";
    const state = {
      status: isKnown ? status : "pending",
      input: toOldInput(tool, typeof input === "object" && input !== null ? { ...input } : {}),
      metadata: toOldMetadata(one.state),
      ...(status === "completed" ? { output: toOutput(tool, one.state) } : {}),
      ...(one.state.error ? { error: one.state.error.message } : {}),
    };
    return { ...place, id: toPartId(id, one.id), type: "tool", callID: one.id, tool, state };
  });
  // The id of the message, under which the event of the step is counted.
  if (tokens) parts.push({ ...place, id, type: "step-finish", cost, tokens });
  // opencode itself does not say that a turn ended because one of its calls was stopped.
  const failure = error ? toOldError(error) : wasInterrupted && finish === "tool-calls" ? ABORTED : null;
  const info = {
    ...place,
    id,
    role: "assistant",
    time: isOver ? { completed: time.completed ?? 0 } : {},
    ...(model ? { providerID: model.providerID, modelID: model.id } : {}),
    ...(finish === undefined ? {} : { finish }),
    ...(failure ? { error: failure } : {}),
  };
  return { info, parts };
}

/** Makes a unique part id: these ids come from the model, which restarts counting in each message. */
export const toPartId = (messageId: string, id: string) => `${messageId}/${id}`;

/** The error of a turn that was stopped, in the form of opencode 1. */
export const ABORTED = { name: "MessageAbortedError", data: { message: "The turn was stopped." } };

const STOPPED = /^(?:provider turn )?(?:interrupted|aborted)\b|^(?:aborted|interrupted)$/i;
const HTTP_STATUS = /\bHTTP (\d{3})\b/;

/** Converts an error to the form of opencode 1. The status of the model's answer is only in its message. */
export function toOldError({ type, message }: z.infer<typeof ApiError>): { name: string; data: { message: string; statusCode?: number } } {
  if (STOPPED.test(message) || STOPPED.test(type)) return ABORTED;
  const status = HTTP_STATUS.exec(message)?.[1];
  if (status === undefined) return { name: "UnknownError", data: { message } };
  return { name: "APIError", data: { message, statusCode: Number(status) } };
}
