import { createHash } from "node:crypto";
import type { ToolCallPart } from "ai";
import { cutText } from "@boocode/shared/text/cut-text";
import { withWholeCharacters } from "./wire/read-arguments.ts";
import type { ResolvedModel } from "./model-catalog.ts";

export interface CallToTell {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** The extra content that the server wants returned with this call. */
  extra: Record<string, unknown> | null;
}

/** Formats a past call for the model. Arguments are always an object: a strict server would reject every later request otherwise. */
export function toCallPart({ id, name, input, extra }: CallToTell): ToolCallPart {
  return {
    type: "tool-call",
    toolCallId: id,
    toolName: toToolName(name),
    input: withWholeCharacters(input),
    // The SDK writes these values next to the call's own fields.
    ...(extra ? { providerOptions: { openaiCompatible: { extra_content: extra as never } } } : {}),
  };
}

/** Makes a tool name that every server accepts. */
export const toToolName = (name: string): string => cutText(name.replace(/[^A-Za-z0-9_-]/g, "_"), 64) || "tool";

/** Identifies a model at an endpoint, because extra content is valid only for the model that sent it. Does not reveal the address. */
export function markModel({ endpoint, modelId }: ResolvedModel): string {
  return createHash("sha256").update(`${endpoint.baseUrl}\n${modelId}`).digest("base64url").slice(0, 22);
}
