import { DONE_EVENT, encodeEvent } from "@boocode/shared/models/completion-stream";
import type { Said } from "./answer-reader.ts";
import type { GatheredCall } from "./gather-calls.ts";

/** What was said, in the one form that the SDK is given. */
export function encodeSaid(said: readonly Said[]): string {
  return said.map(({ kind, text }) => encodeDelta({ [kind === "text" ? "content" : "reasoning_content"]: text })).join("");
}

/** The end of an answer: its calls, each whole, and a reason. Arguments that cannot be read are an empty object here. */
export function encodeEnd(calls: readonly GatheredCall[]): string {
  const told = calls.map(({ id, name, input }, index) => ({
    index,
    id,
    type: "function",
    function: { name: name || "tool", arguments: JSON.stringify(input ?? {}) },
  }));
  return [
    ...(told.length > 0 ? [encodeDelta({ tool_calls: told })] : []),
    encodeDelta({}, told.length > 0 ? "tool_calls" : "stop"),
    DONE_EVENT,
  ].join("");
}

const encodeDelta = (delta: Record<string, unknown>, finish: string | null = null) =>
  encodeEvent({ choices: [{ index: 0, delta, finish_reason: finish }] });
