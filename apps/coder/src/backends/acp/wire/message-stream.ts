import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";
import { z } from "zod";

export interface MessageStreamOptions {
  write(line: string): void;
  /** Called for a line that is not a message; `head` is its beginning. */
  onBadLine(reason: string, head: string): void;
}

/**
 * The name of `session/update` after the stream.
 *
 * The SDK parses every `session/update` with its own schema before our handlers run; it prints an invalid update to the console and drops
 * it. Under BooCode's own method name the update passes unchanged and is parsed once.
 */
export const UPDATE_METHOD = "_boocode/update";

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
/** How much of an unreadable line is kept and logged. */
const MAX_HEAD_BYTES = 512;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const RpcId = z.union([z.string().max(1_000), z.number(), z.null()]);
const RpcMessage = z.object({
  id: RpcId.optional(),
  method: z.string().max(200).optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }).optional(),
});
type RpcMessage = z.infer<typeof RpcMessage>;

/**
 * Turns the agent's lines into the stream that the protocol's SDK reads.
 *
 * Only valid messages reach the SDK, one at a time. The next line is read after the previous message was handled, so order is kept and a
 * slow reader slows the agent. A bad line never stops the reading.
 */
export class MessageStream implements Stream {
  readonly readable: ReadableStream<AnyMessage>;
  readonly writable: WritableStream<AnyMessage>;
  readonly #options: MessageStreamOptions;
  /** Ids of our requests that wait for an answer. */
  readonly #asked = new Set<string | number | null>();
  #messages: ReadableStreamDefaultController<AnyMessage> | null = null;
  #room: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: MessageStreamOptions) {
    this.#options = options;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#messages = controller;
      },
      cancel: () => this.close(),
    });
    this.writable = new WritableStream({ write: (message) => this.#write(message) });
  }

  /** Processes a raw line. If it returns a promise, reading pauses until the promise resolves. */
  take(line: Buffer): void | Promise<void> {
    const bytes = line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? line.subarray(3) : line;
    const text = bytes.toString("utf8").trim();
    if (text === "" || this.#isClosed) return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Send no error reply to a log line on standard output: it is not a request.
      return this.bad("no JSON", text);
    }
    if (Array.isArray(value)) {
      this.#refuse(null, INVALID_REQUEST, "Batches are not supported");
      return this.bad("a batch", text);
    }
    const parsed = RpcMessage.safeParse(value);
    if (!parsed.success) {
      this.#refuse(idOf(value), INVALID_REQUEST, "Invalid request");
      return this.bad("no message", text);
    }
    const message = toMessage(parsed.data);
    if (message === null) return this.bad("neither a request nor an answer", text);
    // Drop a repeated answer, or one to no request of ours.
    if (!("method" in message) && !this.#asked.delete(message.id)) return;
    return this.#give(message);
  }

  /** Reports a line that was dropped for its length. A request that it answered stays open. */
  tooLarge(bytes: number): void {
    this.#refuse(null, PARSE_ERROR, "line_too_large");
    this.#options.onBadLine(`a line of ${bytes} bytes`, "");
  }

  /** Reports that the last message was invalid after all. */
  bad(reason: string, text: string): void {
    // A character cut in two becomes a replacement character of three bytes.
    const head = Buffer.from(text.slice(0, MAX_HEAD_BYTES), "utf8")
      .subarray(0, MAX_HEAD_BYTES - 3)
      .toString("utf8");
    this.#options.onBadLine(reason, head);
  }

  /** Holds back the next message until the handler of the last one is ready. */
  hold(room: Promise<void>): void {
    this.#room = room;
  }

  /** Closes the stream. Nothing is read or written afterwards. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#messages?.close();
    } catch {
      // The reader has already released the stream.
    }
  }

  async #give(message: AnyMessage): Promise<void> {
    this.#messages?.enqueue(message);
    // Wait for the next loop turn, when all promise callbacks of the message have run: the SDK continues before its handlers are done.
    await new Promise((resolve) => setImmediate(resolve));
    const room = this.#room;
    this.#room = null;
    await room;
  }

  #refuse(id: string | number | null, code: number, message: string): void {
    this.#write({ jsonrpc: "2.0", id, error: { code, message } });
  }

  #write(message: AnyMessage): void {
    if (this.#isClosed) return;
    if ("method" in message && "id" in message) this.#asked.add(message.id);
    this.#options.write(`${JSON.stringify(message)}\n`);
  }
}

/** Converts a message for the SDK; null if it is neither a request, a notification nor an answer. */
function toMessage({ id, method, params, result, error }: RpcMessage): AnyMessage | null {
  const jsonrpc = "2.0" as const;
  if (method !== undefined) {
    if (id !== undefined) return { jsonrpc, id, method, params };
    return { jsonrpc, method: method === "session/update" ? UPDATE_METHOD : method, params };
  }
  if (result === undefined && error === undefined) return null;
  // Without an id it answers nothing, and is dropped like any unexpected answer.
  const answered = id === undefined ? null : id;
  return error ? { jsonrpc, id: answered, error } : { jsonrpc, id: answered, result };
}

function idOf(value: unknown): string | number | null {
  const id = RpcId.safeParse((value as { id?: unknown } | null)?.id);
  return id.success ? id.data : null;
}
