import { createHash } from "node:crypto";
import type { ToolCallPart } from "ai";
import { cutText } from "@boocode/shared/text/cut-text";
import { withWholeCharacters } from "./wire/read-arguments.ts";
import type { ResolvedModel } from "./model-catalog.ts";

export interface CallToTell {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** What the server wants back with this call. */
  extra: Record<string, unknown> | null;
}

/** A call as a model is told that it made it. Arguments are always an object: a strict server refuses everything else for ever. */
export function toCallPart({ id, name, input, extra }: CallToTell): ToolCallPart {
  return {
    type: "tool-call",
    toolCallId: id,
    toolName: toToolName(name),
    input: withWholeCharacters(input),
    // The SDK writes what stands here beside the call's own fields.
    ...(extra ? { providerOptions: { openaiCompatible: { extra_content: extra as never } } } : {}),
  };
}

/** A tool's name as every server takes it. */
export const toToolName = (name: string): string => cutText(name.replace(/[^A-Za-z0-9_-]/g, "_"), 64) || "tool";

/** Which model at which endpoint: what a server wants back is for exactly that one. Tells nothing of the address. */
export function markModel({ endpoint, modelId }: ResolvedModel): string {
  return createHash("sha256").update(`${endpoint.baseUrl}\n${modelId}`).digest("base64url").slice(0, 22);
}
