import type { Database } from "@boocode/db/database";
import { readSessionEvents } from "@boocode/db/chat-event-store";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { MAX_FRAME_EVENTS } from "@boocode/shared/chats/session-frame";
import type { Seq, SessionId } from "@boocode/shared/ids";
import { splitFrames } from "./split-frames.ts";

/** A run of a session's journal, cut into frames. */
export interface JournalPage {
  frames: readonly (readonly ChatEvent[])[];
  /** Nothing came after it when it was read. */
  isLast: boolean;
}

/** Readers that catch up together are about as far apart as what a socket may hold back. */
const MAX_PAGES = 16;

/**
 * Reads a session's journal in pages of at most 500 events, once for all readers that are at the same place: what a page costs,
 * above all to parse it, is not paid again by each of them.
 */
export class JournalPages {
  readonly #database: Database;
  readonly #bySession = new Map<SessionId, Map<Seq, Promise<JournalPage>>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The page after a place, as of now or as of the last {@link forget}. */
  read(sessionId: SessionId, after: Seq): Promise<JournalPage> {
    const pages = this.#bySession.get(sessionId) ?? new Map<Seq, Promise<JournalPage>>();
    this.#bySession.set(sessionId, pages);
    const known = pages.get(after);
    if (known) return known;
    const reading = this.#read(sessionId, after);
    pages.set(after, reading);
    reading.then(
      // One that is more than a frame would be much to keep.
      ({ frames }) => frames.length > 1 && pages.delete(after),
      () => pages.delete(after),
    );
    for (const oldest of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      pages.delete(oldest);
    }
    return reading;
  }

  /** To be called when something was committed, before any reader looks again; and when nobody needs what is kept. */
  forget(sessionId: SessionId): void {
    this.#bySession.delete(sessionId);
  }

  async #read(sessionId: SessionId, after: Seq): Promise<JournalPage> {
    const events = await readSessionEvents(this.#database.read, sessionId, after, MAX_FRAME_EVENTS);
    return { frames: splitFrames(events), isLast: events.length < MAX_FRAME_EVENTS };
  }
}
