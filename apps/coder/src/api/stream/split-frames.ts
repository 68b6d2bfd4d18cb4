import type { ChatEvent } from "@boocode/shared/chats/chat-event";

/** The approximate maximum size of one WebSocket message. */
const MAX_FRAME_BYTES = 1024 * 1024;
const ENVELOPE_BYTES = 200;

/** Splits a run of events into frames of at most about one megabyte; a larger event gets a frame of its own. */
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

/** Estimates an event's size. Most events are deltas, and their size is known without serialising them twice. */
function estimateBytes({ body }: ChatEvent): number {
  if (body.type === "text.delta" || body.type === "thought.delta") return ENVELOPE_BYTES + body.text.length * 2;
  return ENVELOPE_BYTES + JSON.stringify(body).length;
}
