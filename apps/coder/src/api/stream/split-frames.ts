import type { ChatEvent } from "@boocode/shared/chats/chat-event";

/** About as much as one WebSocket message should hold. */
const MAX_FRAME_BYTES = 1024 * 1024;
const ENVELOPE_BYTES = 200;

/** Cuts a run of events into frames of at most about one megabyte; an event larger than that is a frame of its own. */
export function splitFrames(events: readonly ChatEvent[]): ChatEvent[][] {
  const frames: ChatEvent[][] = [];
  let frame: ChatEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = estimateBytes(event);
    if (frame.length > 0 && bytes + size > MAX_FRAME_BYTES) {
      frames.push(frame);
      frame = [];
      bytes = 0;
    }
    frame.push(event);
    bytes += size;
  }
  if (frame.length > 0) frames.push(frame);
  return frames;
}

/** Deltas are nearly all events, and need not be serialised twice to know their size. */
function estimateBytes({ body }: ChatEvent): number {
  if (body.type === "text.delta" || body.type === "thought.delta") return ENVELOPE_BYTES + body.text.length * 2;
  return ENVELOPE_BYTES + JSON.stringify(body).length;
}
