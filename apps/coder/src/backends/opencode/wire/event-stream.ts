import type { IncomingMessage } from "node:http";
import { send, type OpencodeAddress, type SentRequest } from "./opencode-fetch.ts";
import { OpencodeRequestError } from "./opencode-request-error.ts";
import { SseGuard } from "./sse-guard.ts";

export interface OpencodeStream {
  /** Resolves when the stream is over: with the error that broke it, or null if it ended normally or was closed. */
  readonly over: Promise<Error | null>;
  /** Closes the stream; no callback is called afterwards. */
  close(): void;
}

export interface OpenStreamInput {
  directory: string;
  /** Called with each event in order, as the SDK parsed it, or as a string if it is not JSON. If it returns a promise, reading pauses until the promise resolves. */
  onData(data: unknown): void | Promise<void>;
  /** Called when any bytes arrive, including heartbeats. */
  onAlive(): void;
  onTooLarge(bytes: number): void;
}

/** Subscribes through the SDK, with these options. */
export type Subscribe = (options: {
  fetch: typeof fetch;
  headers: Record<string, string>;
  sseMaxRetryAttempts: number;
}) => Promise<{ stream: AsyncIterable<unknown> }>;

/** How long opencode may take to accept a subscription. The first request for a directory loads its plugins. */
const OPEN_LIMIT_MS = 60_000;

/**
 * Subscribes to the events of a directory; resolves once the server has accepted the subscription.
 *
 * opencode does not buffer or number events, so anything missed without a stream must be listed. Bytes are read no faster than `onData`
 * consumes them. Throws {@link OpencodeRequestError}.
 */
export async function openEventStream(subscribe: Subscribe, address: OpencodeAddress, input: OpenStreamInput): Promise<OpencodeStream> {
  const connection = new EventConnection(address, input);
  const { stream } = await subscribe({
    fetch: (asked) => connection.open(asked as Request),
    headers: { accept: "text/event-stream" },
    // The caller reconnects, because it must also list what was missed.
    sseMaxRetryAttempts: 1,
  });
  const over = tellAll(stream, connection, input);
  await connection.opened;
  return { over, close: () => connection.close() };
}

async function tellAll(stream: AsyncIterable<unknown>, connection: EventConnection, { onData }: OpenStreamInput): Promise<Error | null> {
  try {
    for await (const event of stream) {
      if (connection.isClosed) break;
      const room = onData(event);
      if (room) await room;
    }
  } catch (error) {
    connection.close();
    return error as Error;
  }
  return connection.isClosed ? null : connection.error;
}

/**
 * The connection behind one subscription. The SDK's reader sees a body that ends and never fails. The connection is ended here and not by a
 * signal given to the SDK: the SDK's listener would cancel a body that may already have failed, and that would be an unhandled rejection of
 * the whole process.
 */
class EventConnection {
  readonly #address: OpencodeAddress;
  readonly #input: OpenStreamInput;
  readonly #opened = Promise.withResolvers<void>();
  #sent: SentRequest | null = null;
  isClosed = false;
  /** The error that broke the connection. */
  error: Error | null = null;

  constructor(address: OpencodeAddress, input: OpenStreamInput) {
    this.#address = address;
    this.#input = input;
    this.#opened.promise.catch(() => {});
  }

  /** Resolves when the server has accepted the subscription. Rejects with {@link OpencodeRequestError}. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  close(): void {
    this.isClosed = true;
    this.#sent?.end("the subscription was closed");
  }

  async open(asked: Request): Promise<Response> {
    const sent = send(this.#address, asked, null);
    this.#sent = sent;
    const timer = setTimeout(() => sent.end("it did not take the subscription in time"), OPEN_LIMIT_MS);
    try {
      const response = await sent.response;
      const { statusCode = null } = response;
      if (statusCode !== 200) {
        sent.end("it refused the subscription");
        throw new OpencodeRequestError(statusCode, `opencode answered ${statusCode} to the subscription`);
      }
      this.#opened.resolve();
      return new Response(ReadableStream.from(this.#wholeEvents(response)));
    } catch (error) {
      this.#opened.reject(error as Error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async *#wholeEvents(response: IncomingMessage): AsyncGenerator<Uint8Array> {
    const { onAlive, onTooLarge } = this.#input;
    const guard = new SseGuard({ onTooLarge });
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        onAlive();
        const whole = guard.push(chunk);
        if (whole.length > 0) yield whole;
      }
    } catch (error) {
      this.error = error as Error;
    }
  }
}
