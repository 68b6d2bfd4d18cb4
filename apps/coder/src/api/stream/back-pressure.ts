import { systemTime, type Time } from "../../platform/time.ts";

/** The receiver of a stream and the state of its socket. */
export interface Reader {
  signal: AbortSignal;
  bufferedBytes(): number;
  closeSocket(reason: string): void;
}

/** How far a reader may lag before sending pauses, and before it is closed. */
export interface ReaderLimits {
  maxBufferedBytes: number;
  stallMs: number;
  pollMs: number;
}

const DEFAULT_LIMITS: ReaderLimits = { maxBufferedBytes: 1024 * 1024, stallMs: 30_000, pollMs: 20 };

/**
 * Keeps a stream from sending faster than its reader receives. Event and terminal streams call it before each piece, because tRPC's
 * WebSocket adapter ignores the socket's buffer.
 */
export class BackPressure {
  readonly #limits: ReaderLimits;
  readonly #time: Pick<Time, "elapsedMs" | "after">;

  constructor(limits: ReaderLimits = DEFAULT_LIMITS, time: Pick<Time, "elapsedMs" | "after"> = systemTime) {
    this.#limits = limits;
    this.#time = time;
  }

  /** Waits until the reader's socket has room. Returns false if the reader is gone, or was closed because it stopped receiving. */
  async hasRoom(reader: Reader): Promise<boolean> {
    const { maxBufferedBytes, stallMs, pollMs } = this.#limits;
    let lowest = Number.POSITIVE_INFINITY;
    let progressAt = this.#time.elapsedMs();
    for (;;) {
      if (reader.signal.aborted) return false;
      const buffered = reader.bufferedBytes();
      if (buffered <= maxBufferedBytes) return true;
      if (buffered < lowest) {
        lowest = buffered;
        progressAt = this.#time.elapsedMs();
      }
      if (this.#time.elapsedMs() - progressAt >= stallMs) {
        reader.closeSocket("reader stalled");
        return false;
      }
      await this.#pause(pollMs, reader.signal);
    }
  }

  /** Waits before the next check: a socket reports no event when its buffer empties. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = this.#time.after(ms, done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
