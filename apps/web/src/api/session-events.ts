import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { Seq, SessionId } from "@boocode/shared/ids";

/** The source of frames: the daemon's `events.session`, or a test. */
export interface FrameSource {
  /** Delivers frames after `cursor` until the returned function is called. Resumes from its last frame after a lost connection. */
  subscribe(sessionId: SessionId, cursor: Seq, sink: FrameSink): () => void;
}

export interface FrameSink {
  onFrame(seq: Seq, frame: SessionFrame): void;
  /** The source has stopped because of an error or an unexpected end. No calls follow. */
  onStopped(error: unknown): void;
}

/** Options besides the source. `wait` resolves when a stopped stream may be retried; null means never. */
export interface SessionEventsOptions {
  wait(error: unknown, attempt: number): Promise<void> | null;
}

/**
 * One stream of frames per open session, shared by its chats.
 *
 * A listener passes the last seq of its transcript page and gets every later event at least once and in order. It may also get
 * earlier events, when another chat's page is older: the fold ignores those.
 */
export class SessionEvents {
  readonly #streams = new Map<SessionId, SessionStream>();
  readonly #source: FrameSource;
  readonly #options: SessionEventsOptions;

  constructor(source: FrameSource, options: SessionEventsOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Passes frames to `onFrame` until the returned function is called. On a `resync` frame, the caller rereads the page, stops, and
   * subscribes again from the new page's seq.
   */
  subscribe(sessionId: SessionId, seq: Seq, onFrame: (frame: SessionFrame) => void): () => void {
    const stream = this.#streams.get(sessionId) ?? new SessionStream(sessionId, this.#source, this.#options);
    this.#streams.set(sessionId, stream);
    const leave = stream.join(seq, onFrame);
    return () => {
      leave();
      if (stream.isEmpty && this.#streams.get(sessionId) === stream) this.#streams.delete(sessionId);
    };
  }
}

class SessionStream {
  readonly #sessionId: SessionId;
  readonly #source: FrameSource;
  readonly #options: SessionEventsOptions;
  readonly #listeners = new Set<{ onFrame: (frame: SessionFrame) => void }>();
  /** Seq of the last event passed to listeners. */
  #cursor: Seq = 0;
  #stop: (() => void) | null = null;
  #attempt = 0;
  /** Distinguishes the current stream from replaced ones. */
  #generation = 0;

  constructor(sessionId: SessionId, source: FrameSource, options: SessionEventsOptions) {
    this.#sessionId = sessionId;
    this.#source = source;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  join(seq: Seq, onFrame: (frame: SessionFrame) => void): () => void {
    const listener = { onFrame };
    const isFirst = this.isEmpty;
    this.#listeners.add(listener);
    // The page is older than the stream's position: restart from the page. Other listeners ignore what they already have.
    if (isFirst || seq < this.#cursor) this.#open(seq);
    return () => {
      this.#listeners.delete(listener);
      if (this.isEmpty) this.#close();
    };
  }

  #open(cursor: Seq): void {
    this.#close();
    this.#cursor = cursor;
    const generation = this.#generation;
    const isCurrent = () => generation === this.#generation;
    const stop = this.#source.subscribe(this.#sessionId, cursor, {
      onFrame: (seq, frame) => {
        if (!isCurrent()) return;
        this.#attempt = 0;
        this.#cursor = seq;
        for (const listener of this.#listeners) listener.onFrame(frame);
      },
      onStopped: (error) => {
        if (isCurrent()) void this.#openLater(error);
      },
    });
    // A source may stop synchronously.
    if (isCurrent()) this.#stop = stop;
  }

  async #openLater(error: unknown): Promise<void> {
    const generation = ++this.#generation;
    this.#stop = null;
    const due = this.#options.wait(error, ++this.#attempt);
    if (!due) return;
    await due;
    if (generation === this.#generation && !this.isEmpty) this.#open(this.#cursor);
  }

  #close(): void {
    this.#generation += 1;
    this.#stop?.();
    this.#stop = null;
  }
}
