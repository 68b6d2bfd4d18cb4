import { systemTime, type Time } from "../../platform/time.ts";

/** Who is sent a stream: what is known of the socket. */
export interface Reader {
  signal: AbortSignal;
  bufferedBytes(): number;
  closeSocket(reason: string): void;
}

/** How long a reader may lag before it is sent nothing more, and before it is closed. */
export interface ReaderLimits {
  maxBufferedBytes: number;
  stallMs: number;
  pollMs: number;
}

const DEFAULT_LIMITS: ReaderLimits = { maxBufferedBytes: 1024 * 1024, stallMs: 30_000, pollMs: 20 };

/**
 * Keeps a stream from sending faster than its reader takes: asked before each piece, by events as by the output of terminals. tRPC's
 * WebSocket adapter does not look at what waits in the socket.
 */
export class BackPressure {
  readonly #limits: ReaderLimits;
  readonly #time: Pick<Time, "elapsedMs" | "after">;

  constructor(limits: ReaderLimits = DEFAULT_LIMITS, time: Pick<Time, "elapsedMs" | "after"> = systemTime) {
    this.#limits = limits;
    this.#time = time;
  }

  /** Waits until the reader's socket has room. False when the reader is gone, or was closed because it takes nothing. */
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

  /** A socket tells nobody when its buffer empties, so a reader that is behind is looked at again. */
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
