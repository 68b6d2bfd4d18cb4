/** A piece of a model's reply, before it is encoded in the OpenAI protocol. */
export type ReplyPart =
  | { kind: "reasoning"; text: string }
  | { kind: "text"; text: string }
  | { kind: "tool"; name: string; arguments: Record<string, unknown> };

/** Token counts as OpenAI-compatible servers report them. */
export interface CompletionUsage {
  promptTokens: number;
  completionTokens: number;
  cachedTokens?: number;
}

export interface CompletionIdentity {
  id: string;
  model: string;
  /** Seconds since the epoch, as the protocol requires. */
  created: number;
}

type Delta = Record<string, unknown>;

/** Encodes one server-sent event of a streamed completion. */
export function encodeChunk(identity: CompletionIdentity, delta: Delta, finishReason: string | null = null): string {
  return encodeEvent({
    ...identity,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
}

/** Encodes the last event before `[DONE]`: usage, without choices. */
export function encodeUsage(identity: CompletionIdentity, usage: CompletionUsage): string {
  return encodeEvent({ ...identity, object: "chat.completion.chunk", choices: [], usage: toWireUsage(usage) });
}

export const encodeEvent = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
export const DONE_EVENT = "data: [DONE]\n\n";

/** Splits a reply into deltas: words of text, and pieces of `argumentChunk` characters of tool call arguments. */
export function* toDeltas(parts: readonly ReplyPart[], callId: (index: number) => string, argumentChunk = 24): Generator<Delta> {
  let calls = 0;
  for (const part of parts) {
    if (part.kind === "tool") {
      const index = calls;
      calls += 1;
      yield { tool_calls: [{ index, id: callId(index), type: "function", function: { name: part.name, arguments: "" } }] };
      const written = JSON.stringify(part.arguments);
      for (let at = 0; at < written.length; at += argumentChunk) {
        yield { tool_calls: [{ index, function: { arguments: written.slice(at, at + argumentChunk) } }] };
      }
    } else {
      const key = part.kind === "text" ? "content" : "reasoning_content";
      for (const word of part.text.match(/\s*\S+|\s+$/g) ?? []) yield { [key]: word };
    }
  }
}

/** Returns the protocol's finish reason of a reply. */
export const toFinishReason = (parts: readonly ReplyPart[]) => (parts.some((part) => part.kind === "tool") ? "tool_calls" : "stop");

/** Encodes a whole reply for a request that does not stream. */
export function toCompletion(
  identity: CompletionIdentity,
  parts: readonly ReplyPart[],
  callId: (index: number) => string,
  usage: CompletionUsage,
) {
  const textOf = (kind: "text" | "reasoning") => parts.flatMap((part) => (part.kind === kind ? [part.text] : [])).join("");
  const calls = parts.flatMap((part) => (part.kind === "tool" ? [part] : []));
  return {
    ...identity,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        finish_reason: toFinishReason(parts),
        message: {
          role: "assistant",
          content: textOf("text") || null,
          ...(textOf("reasoning") ? { reasoning_content: textOf("reasoning") } : {}),
          ...(calls.length > 0
            ? {
                tool_calls: calls.map((call, index) => ({
                  id: callId(index),
                  type: "function",
                  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
                })),
              }
            : {}),
        },
      },
    ],
    usage: toWireUsage(usage),
  };
}

function toWireUsage(usage: CompletionUsage) {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    ...(usage.cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: usage.cachedTokens } }),
  };
}
