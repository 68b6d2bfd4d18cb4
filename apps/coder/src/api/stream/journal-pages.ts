import type { Database } from "@boocode/db/database";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { MAX_FRAME_EVENTS } from "@boocode/shared/chats/session-frame";
import type { Seq, SessionId } from "@boocode/shared/ids";
import { JournalTail } from "./journal-tail.ts";
import { splitFrames } from "./split-frames.ts";

/** A run of a session's journal, split into frames. */
export interface JournalPage {
  frames: readonly (readonly ChatEvent[])[];
  /** True if nothing followed it when it was read. */
  isLast: boolean;
}

/** Readers that catch up together are at most about one socket buffer apart. */
const MAX_PAGES = 16;

interface KnownPages {
  byPlace: Map<Seq, Promise<JournalPage>>;
  tail: JournalTail;
}

/**
 * Reads a session's journal in pages of at most 500 events, once for all readers at the same place, so that the cost of a page, mostly
 * parsing, is not paid again by each reader. What was just committed is not read back at all.
 */
export class JournalPages {
  readonly #database: Database;
  readonly #known = new Map<SessionId, KnownPages>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the page after a place, as of now or as of the last {@link note}. */
  read(sessionId: SessionId, after: Seq): Promise<JournalPage> {
    const { byPlace, tail } = this.#of(sessionId);
    const known = byPlace.get(after);
    if (known) return known;
    const reading = this.#read(sessionId, after, tail);
    byPlace.set(after, reading);
    const forget = () => {
      if (byPlace.get(after) === reading) byPlace.delete(after);
    };
    // A page of more than one frame is too large to keep.
    reading.then(({ frames }) => frames.length > 1 && forget(), forget);
    for (const oldest of byPlace.keys()) {
      if (byPlace.size <= MAX_PAGES) break;
      byPlace.delete(oldest);
    }
    return reading;
  }

  /** Notes what a commit has appended. Call it after each commit, before any reader checks again. */
  note(sessionId: SessionId, committed: readonly ChatEvent[]): void {
    const { byPlace, tail } = this.#of(sessionId);
    byPlace.clear();
    tail.add(committed);
  }

  /** Drops the pages, which take room. Call it when a reader has caught up. */
  rest(sessionId: SessionId): void {
    this.#of(sessionId).byPlace.clear();
  }

  /** Drops everything that is known of a session. Call it when a reader leaves: without one, nobody notes its commits. */
  forget(sessionId: SessionId): void {
    this.#known.delete(sessionId);
  }

  #of(sessionId: SessionId): KnownPages {
    const known = this.#known.get(sessionId);
    if (known) return known;
    const made = { byPlace: new Map<Seq, Promise<JournalPage>>(), tail: new JournalTail() };
    this.#known.set(sessionId, made);
    return made;
  }

  async #read(sessionId: SessionId, after: Seq, tail: JournalTail): Promise<JournalPage> {
    const newest = tail.after(after);
    if (newest) return { frames: splitFrames(newest), isLast: true };
    const events = await readSessionEvents(this.#database.read, sessionId, after, MAX_FRAME_EVENTS);
    return { frames: splitFrames(events), isLast: events.length < MAX_FRAME_EVENTS };
  }
}
