import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { Seq, SessionId } from "@boocode/shared/ids";

/** Where frames come from: the daemon's `events.session`, or a test. */
export interface FrameSource {
  /** Frames after `cursor`, until the returned function is called. After a lost line the source goes on from its last frame by itself. */
  subscribe(sessionId: SessionId, cursor: Seq, sink: FrameSink): () => void;
}

export interface FrameSink {
  onFrame(seq: Seq, frame: SessionFrame): void;
  /** The source has given up, because of an error or an end that nobody asked for. Nothing comes after it. */
  onStopped(error: unknown): void;
}

/** What is needed besides a source. `wait` resolves when a stopped stream may be tried again; null: never again. */
export interface SessionEventsOptions {
  wait(error: unknown, attempt: number): Promise<void> | null;
}

/**
 * One stream of frames per open session, shared by its chats.
 *
 * A listener names the seq its transcript page ends at, and gets every event after it at least once and in order. It may get
 * events at or below it too, when another chat's page is older: the fold ignores those.
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
   * Hands frames to `onFrame` until the returned function is called. On a `resync` frame read the page anew, stop, and subscribe
   * again from the new page's seq.
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
  /** Everything up to here has been handed on. */
  #cursor: Seq = 0;
  #stop: (() => void) | null = null;
  #attempt = 0;
  /** Tells a stream that was replaced from the one in use. */
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
    // A page older than what was handed on already: begin again from it, the others ignore what they have.
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
    // A source may have stopped at once.
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
