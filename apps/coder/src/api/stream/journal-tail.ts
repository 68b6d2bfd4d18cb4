import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { MAX_FRAME_EVENTS } from "@boocode/shared/chats/session-frame";
import type { Seq } from "@boocode/shared/ids";
import { estimateBytes, MAX_FRAME_BYTES } from "./split-frames.ts";

/**
 * The newest events of one session's journal, without a gap up to its end, at most a frame of them: a reader that follows is given what was
 * just committed without reading it back. Whoever is further behind reads the journal.
 */
export class JournalTail {
  #events: readonly ChatEvent[] = [];
  #bytes = 0;

  /** Adds what a commit has appended. Call it after each commit, with the events in order; those it has already are ignored. */
  add(committed: readonly ChatEvent[]): void {
    const [first] = committed;
    const end = this.#events.at(-1)?.seq;
    if (first === undefined || (end !== undefined && first.seq <= end)) return;
    const bytes = committed.reduce((sum, event) => sum + estimateBytes(event), 0);
    if (end !== undefined && first.seq === end + 1 && fits(this.#events.length + committed.length, this.#bytes + bytes)) {
      this.#events = [...this.#events, ...committed];
      this.#bytes += bytes;
      return;
    }
    this.#events = fits(committed.length, bytes) ? committed : [];
    this.#bytes = bytes;
  }

  /** Returns all events after a place, or null if they are not all here. */
  after(place: Seq): readonly ChatEvent[] | null {
    const first = this.#events[0]?.seq;
    return first === undefined || place < first - 1 ? null : this.#events.slice(place - first + 1);
  }
}

const fits = (events: number, bytes: number): boolean => events <= MAX_FRAME_EVENTS && bytes <= MAX_FRAME_BYTES;
