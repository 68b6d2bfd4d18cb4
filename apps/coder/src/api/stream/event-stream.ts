import { setImmediate as turnOfLoop } from "node:timers/promises";
import type { Database } from "@boocode/db/database";
import { findSession } from "@boocode/db/session-store";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Seq, SessionId } from "@boocode/shared/ids";
import type { WorkspaceAnew, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";
import type { Feed } from "../../feed/feed.ts";
import { BackPressure, type Reader, type ReaderLimits } from "./back-pressure.ts";
import { JournalPages } from "./journal-pages.ts";
import { Wake } from "./wake.ts";

/**
 * Lets readers follow what was committed. A reader is a cursor, never a queue: however slow it is, or however long it was
 * away, it costs the daemon one number and what it reads next.
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

  /** Frames of a session's journal after `cursor`, for ever; `seq` is the frame's last. */
  async *session(sessionId: SessionId, cursor: Seq, reader: Reader): AsyncGenerator<{ seq: Seq; frame: SessionFrame }> {
    const wake = new Wake(reader.signal);
    // Before the first read: what is committed between the two wakes us instead of being missed.
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
          // A socket may take a long journal as fast as it is read: everybody else has a turn between two pages.
          await turnOfLoop();
        }
      }
    } finally {
      unsubscribe();
      // With the last reader goes the ear for what is committed: nothing may be kept that could grow old.
      this.#pages.forget(sessionId);
    }
  }

  /** How far changes of the workspace have been told; see {@link Feed.place}. */
  get place(): string {
    return this.#feed.place;
  }

  /**
   * What changed and wants to be read again; with `since` also what changed after that place, or that this cannot be told any more.
   * What a slow reader has not taken yet is joined, so it never piles up.
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
