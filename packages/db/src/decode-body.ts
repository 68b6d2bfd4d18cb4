import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { ChatEventTable } from "./schema.ts";

/** What a row of the journal says: `unreadable` where this program cannot read it. The original stays. */
export function decodeBody({ type, payload }: Pick<ChatEventTable, "type" | "payload">): ChatEventBody {
  try {
    const value: unknown = JSON.parse(payload);
    if (isDelta(value)) return value;
    const parsed = ChatEventBody.safeParse(value);
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: read like a payload of an unknown shape, below.
  }
  return { type: "unreadable", originalType: type };
}

/** Deltas are nearly all of a journal, and their shape is looked at by hand: the whole union costs ten times as much. */
function isDelta(value: unknown): value is Extract<ChatEventBody, { type: "text.delta" | "thought.delta" }> {
  if (typeof value !== "object" || value === null) return false;
  const { type, partId, offset, text, ...rest } = value as Record<string, unknown>;
  if (type !== "text.delta" && type !== "thought.delta") return false;
  const isPart = typeof partId === "string" && partId !== "" && partId.length <= EVENT_LIMITS.id;
  const isRange = Number.isSafeInteger(offset) && (offset as number) >= 0 && typeof text === "string" && text.length <= EVENT_LIMITS.part;
  return isPart && isRange && Object.keys(rest).length === 0;
}
