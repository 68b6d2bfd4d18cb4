import type { Seq } from "../ids.ts";
import type { ChatEvent } from "./chat-event.ts";

/** What `events.session` sends, tracked by its last seq. */
export type SessionFrame =
  | { kind: "events"; events: readonly ChatEvent[] }
  /** The cursor is ahead of the journal: read the transcript anew and go on from `seq`. */
  | { kind: "resync"; seq: Seq };

export const MAX_FRAME_EVENTS = 500;
