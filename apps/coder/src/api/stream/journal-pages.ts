import type { Database } from "@boocode/db/database";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { MAX_FRAME_EVENTS } from "@boocode/shared/chats/session-frame";
import type { Seq, SessionId } from "@boocode/shared/ids";
import { splitFrames } from "./split-frames.ts";

/** A run of a session's journal, split into frames. */
export interface JournalPage {
  frames: readonly (readonly ChatEvent[])[];
  /** True if nothing followed it when it was read. */
  isLast: boolean;
}

/** Readers that catch up together are at most about one socket buffer apart. */
const MAX_PAGES = 16;

/**
 * Reads a session's journal in pages of at most 500 events, once for all readers at the same place, so that the cost of a page, mostly
 * parsing, is not paid again by each reader.
 */
export class JournalPages {
  readonly #database: Database;
  readonly #bySession = new Map<SessionId, Map<Seq, Promise<JournalPage>>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the page after a place, as of now or as of the last {@link forget}. */
  read(sessionId: SessionId, after: Seq): Promise<JournalPage> {
    const pages = this.#bySession.get(sessionId) ?? new Map<Seq, Promise<JournalPage>>();
    this.#bySession.set(sessionId, pages);
    const known = pages.get(after);
    if (known) return known;
    const reading = this.#read(sessionId, after);
    pages.set(after, reading);
    reading.then(
      // A page of more than one frame is too large to keep.
      ({ frames }) => frames.length > 1 && pages.delete(after),
      () => pages.delete(after),
    );
    for (const oldest of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      pages.delete(oldest);
    }
    return reading;
  }

  /** Drops the cached pages. Call it after each commit, before any reader checks again, and when the last reader leaves. */
  forget(sessionId: SessionId): void {
    this.#bySession.delete(sessionId);
  }

  async #read(sessionId: SessionId, after: Seq): Promise<JournalPage> {
    const events = await readSessionEvents(this.#database.read, sessionId, after, MAX_FRAME_EVENTS);
    return { frames: splitFrames(events), isLast: events.length < MAX_FRAME_EVENTS };
  }
}
