import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { ChatEventTable } from "./schema.ts";

/** Decodes a journal row: `unreadable` if this version cannot read it. The original stays in the journal. */
export function decodeBody({ type, payload }: Pick<ChatEventTable, "type" | "payload">): ChatEventBody {
  try {
    const value: unknown = JSON.parse(payload);
    if (isDelta(value)) return value;
    const parsed = ChatEventBody.safeParse(value);
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: handled below like a payload of unknown shape.
  }
  return { type: "unreadable", originalType: type };
}

/** Recognises deltas. They are nearly all of a journal, and parsing them with the whole union costs ten times as much as this check. */
function isDelta(value: unknown): value is Extract<ChatEventBody, { type: "text.delta" | "thought.delta" }> {
  if (typeof value !== "object" || value === null) return false;
  const { type, partId, offset, text, ...rest } = value as Record<string, unknown>;
  if (type !== "text.delta" && type !== "thought.delta") return false;
  const isPart = typeof partId === "string" && partId !== "" && partId.length <= EVENT_LIMITS.id;
  const isRange = Number.isSafeInteger(offset) && (offset as number) >= 0 && typeof text === "string" && text.length <= EVENT_LIMITS.part;
  return isPart && isRange && Object.keys(rest).length === 0;
}
