import { setImmediate as nextTurn } from "node:timers/promises";
import type { LanguageModelUsage, ModelMessage } from "ai";
import type { ResolvedModel } from "./model-catalog.ts";
import { ModelFailure, toModelFailure } from "./model-failure.ts";
import type { ModelSdk } from "./model-sdk.ts";
import type { PartWriter } from "./part-writer.ts";
import { SYSTEM_PROMPT } from "./system-prompt.ts";
import { watchRequest } from "./watched-fetch.ts";

/** How long one stream may hold the event loop. */
const MAX_BUSY_MS = 5;

export interface StepInput {
  sdk: ModelSdk;
  model: ResolvedModel;
  messages: ModelMessage[];
  signal: AbortSignal;
  parts: PartWriter;
  stallMs: number;
}

export interface RequestedCall {
  /** The model's own, which it expects its result under. */
  id: string;
  name: string;
  input: unknown;
  /** Why the call cannot be carried out, or null. */
  invalid: string | null;
}

/** What one request to the model brought. */
export interface StepEnd {
  text: string;
  calls: RequestedCall[];
  usage: LanguageModelUsage | null;
}

/** Asks the model once and streams its answer into `parts`. Throws {@link ModelFailure}, or the abort's reason. */
export async function streamStep({ sdk, model, messages, signal, parts, stallMs }: StepInput): Promise<StepEnd> {
  const watched = watchRequest(stallMs, model.endpoint.baseUrl);
  const end: StepEnd = { text: "", calls: [], usage: null };
  let finishReason: string | undefined;
  try {
    const { stream } = sdk.streamText({
      model: sdk.connect(model, watched.fetch),
      instructions: SYSTEM_PROMPT,
      messages,
      tools: sdk.tools,
      maxRetries: 0,
      abortSignal: signal,
      // Errors come as parts of the stream; the default would print them.
      onError: () => {},
    });
    let breathedAt = performance.now();
    for await (const part of stream) {
      // What has arrived is worked off in microtasks: a fast model would keep everybody else waiting.
      if (performance.now() - breathedAt > MAX_BUSY_MS) {
        await nextTurn();
        breathedAt = performance.now();
      }
      if (part.type === "text-delta") await parts.write("text", part.text);
      else if (part.type === "reasoning-delta") await parts.write("thought", part.text);
      else if (part.type === "text-end") end.text += parts.end();
      else if (part.type === "reasoning-end") parts.end();
      else if (part.type === "tool-call") {
        const { toolCallId: id, toolName: name, input } = part;
        const isInvalid = "invalid" in part && part.invalid === true;
        end.calls.push({ id, name, input, invalid: isInvalid ? messageOf(part.error) : null });
      } else if (part.type === "finish-step") {
        end.usage = part.usage;
        finishReason = part.rawFinishReason;
      } else if (part.type === "error") throw part.error;
      else if (part.type === "abort") signal.throwIfAborted();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (watched.failure) throw watched.failure;
    throw isUnfinished(error) ? unfinished(watched, model) : toModelFailure(error);
  } finally {
    parts.end();
  }
  signal.throwIfAborted();
  if (watched.failure) throw watched.failure;
  if (finishReason === undefined) throw unfinished(watched, model);
  return end;
}

/** The SDK's word for a stream that ended without a reason to. */
const isUnfinished = (error: unknown) => error instanceof Error && error.name === "AI_InvalidResponseDataError";

/** The stream ended without saying that it is complete: what came may be half an answer. */
function unfinished(watched: { bytes: number; hasEvents: boolean }, { endpoint: { baseUrl } }: ResolvedModel): ModelFailure {
  if (watched.bytes > 0 && !watched.hasEvents) return new ModelFailure("model_garbage", `${baseUrl} answered, but not as a model does.`);
  return new ModelFailure("model_stream_broken", `${baseUrl} ended its answer in the middle.`);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
