import type { Seq } from "../ids.ts";
import type { ChatEvent } from "./chat-event.ts";

/** A frame of `events.session`, tracked by its last seq. */
export type SessionFrame =
  | { kind: "events"; events: readonly ChatEvent[] }
  /** The cursor is ahead of the journal: reread the transcript and continue from `seq`. */
  | { kind: "resync"; seq: Seq };

export const MAX_FRAME_EVENTS = 500;
