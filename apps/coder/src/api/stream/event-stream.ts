import { setImmediate as turnOfLoop } from "node:timers/promises";
import type { Database } from "@boocode/db/database";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Seq, SessionId } from "@boocode/shared/ids";
import type { WorkspaceAnew, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";
import type { Feed } from "../../feed/feed.ts";
import { BackPressure, type Reader, type ReaderLimits } from "./back-pressure.ts";
import { JournalPages } from "./journal-pages.ts";
import { Wake } from "./wake.ts";

/**
 * Lets readers follow committed events. A reader is a cursor, never a queue: however slow or long absent it is, it costs the daemon one
 * number and the next page it reads.
 */
export class EventStream {
  readonly #database: Database;
  readonly #feed: Feed;
  readonly #pressure: BackPressure;
  readonly #pages: JournalPages;

  constructor(database: Database, feed: Feed, limits?: ReaderLimits) {
    this.#database = database;
    this.#feed = feed;
    this.#pressure = new BackPressure(limits);
    this.#pages = new JournalPages(database);
  }

  /** Streams the frames of a session's journal after `cursor`, without end; `seq` is the frame's last. */
  async *session(sessionId: SessionId, cursor: Seq, reader: Reader): AsyncGenerator<{ seq: Seq; frame: SessionFrame }> {
    const wake = new Wake(reader.signal);
    // Subscribe before the first read, so that an event committed in between wakes the reader instead of being missed.
    const unsubscribe = this.#feed.onSession(sessionId, () => {
      this.#pages.forget(sessionId);
      wake.set();
    });
    try {
      const session = await findSession(this.#database.read, sessionId);
      if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
      let place = cursor;
      if (place > session.lastSeq) {
        place = session.lastSeq;
        yield { seq: place, frame: { kind: "resync", seq: place } };
      }
      while (await this.#pressure.hasRoom(reader)) {
        wake.clear();
        const { frames, isLast } = await this.#pages.read(sessionId, place);
        for (const frame of frames) {
          if (!(await this.#pressure.hasRoom(reader))) return;
          place = frame.at(-1)!.seq;
          yield { seq: place, frame: { kind: "events", events: frame } };
        }
        if (isLast) {
          this.#pages.forget(sessionId);
          await wake.wait();
        } else {
          // A socket may accept a long journal as fast as it is read: yield to everything else between two pages.
          await turnOfLoop();
        }
      }
    } finally {
      unsubscribe();
      // Without readers nobody listens for commits, so cached pages would become stale.
      this.#pages.forget(sessionId);
    }
  }

  /** The position up to which workspace changes have been announced; see {@link Feed.place}. */
  get place(): string {
    return this.#feed.place;
  }

  /**
   * Streams which parts changed and must be read again. With `since`, it also reports the changes after that place, or that they are no
   * longer known. Changes that a slow reader has not taken yet are merged, so they never pile up.
   */
  async *workspace(reader: Reader, since?: string): AsyncGenerator<WorkspaceEvent | WorkspaceAnew> {
    const wake = new Wake(reader.signal);
    const waiting = new Map<string, WorkspaceEvent>();
    const add = (event: WorkspaceEvent) => {
      const key = `${event.noun} ${event.sessionId ?? ""}`;
      const before = waiting.get(key);
      waiting.set(key, before ? { ...before, ids: [...new Set([...before.ids, ...event.ids])] } : event);
      wake.set();
    };
    const missed = since === undefined ? [] : this.#feed.since(since);
    const unsubscribe = this.#feed.onWorkspace(add);
    for (const event of missed ?? []) add(event);
    try {
      if (missed === null) yield { kind: "anew" };
      while (await this.#pressure.hasRoom(reader)) {
        wake.clear();
        const events = [...waiting.values()];
        waiting.clear();
        yield* events;
        if (waiting.size === 0) await wake.wait();
      }
    } finally {
      unsubscribe();
    }
  }
}
