import { DONE_EVENT, encodeEvent } from "@boocode/shared/models/completion-stream";
import type { Said } from "./answer-reader.ts";
import type { GatheredCall } from "./gather-calls.ts";

/** Encodes text in the one form that the SDK receives. */
export function encodeSaid(said: readonly Said[]): string {
  return said.map(({ kind, text }) => encodeDelta({ [kind === "text" ? "content" : "reasoning_content"]: text })).join("");
}

/** Encodes the end of an answer: its complete calls and a finish reason. Unreadable arguments become an empty object. */
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
