import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";
import { z } from "zod";

export interface MessageStreamOptions {
  write(line: string): void;
  /** A line was no message; `head` is its beginning. */
  onBadLine(reason: string, head: string): void;
}

/**
 * What `session/update` is called behind the stream.
 *
 * The SDK reads every `session/update` with its own schema before any of our handlers, and an update that it cannot read is written
 * to the console and lost. Under a name of ours it passes as it came, and is read once.
 */
export const UPDATE_METHOD = "_boocode/update";

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
/** Of a line that cannot be read, nothing beyond this is kept or logged. */
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
 * The agent's lines as the stream that the protocol's SDK is connected to.
 *
 * Only what is a message gets to the SDK, one at a time: the next line is read once the one before has been dealt with, so that
 * nothing is overtaken and a slow reader slows the agent. Whatever a line holds, the next one is read.
 */
export class MessageStream implements Stream {
  readonly readable: ReadableStream<AnyMessage>;
  readonly writable: WritableStream<AnyMessage>;
  readonly #options: MessageStreamOptions;
  /** Requests of ours that wait for an answer. */
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

  /** Takes a line as it came. What it returns, if anything, resolves when there is room for more. */
  take(line: Buffer): void | Promise<void> {
    const bytes = line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? line.subarray(3) : line;
    const text = bytes.toString("utf8").trim();
    if (text === "" || this.#isClosed) return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Whoever logs on its standard output is not told: it asked nothing.
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
    if (message === null) return this.bad("neither question nor answer", text);
    // An answer that comes twice, or to nothing we asked.
    if (!("method" in message) && !this.#asked.delete(message.id)) return;
    return this.#give(message);
  }

  /** A line was let go because it is too long: whatever it answered stays open. */
  tooLarge(bytes: number): void {
    this.#refuse(null, PARSE_ERROR, "line_too_large");
    this.#options.onBadLine(`a line of ${bytes} bytes`, "");
  }

  /** What was given last was no message after all. */
  bad(reason: string, text: string): void {
    // A letter that is cut in two becomes one of three bytes.
    const head = Buffer.from(text.slice(0, MAX_HEAD_BYTES), "utf8")
      .subarray(0, MAX_HEAD_BYTES - 3)
      .toString("utf8");
    this.#options.onBadLine(reason, head);
  }

  /** Whoever deals with the message that was given last needs until then: no other is given before. */
  hold(room: Promise<void>): void {
    this.#room = room;
  }

  /** Nothing is taken or said after. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#messages?.close();
    } catch {
      // Its reader let go of it already.
    }
  }

  async #give(message: AnyMessage): Promise<void> {
    this.#messages?.enqueue(message);
    // All that hangs on it by promises has happened when the loop comes round: the SDK goes on before its handlers are done.
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

/** As the SDK takes it; null where it asks and answers nothing. */
function toMessage({ id, method, params, result, error }: RpcMessage): AnyMessage | null {
  const jsonrpc = "2.0" as const;
  if (method !== undefined) {
    if (id !== undefined) return { jsonrpc, id, method, params };
    return { jsonrpc, method: method === "session/update" ? UPDATE_METHOD : method, params };
  }
  if (result === undefined && error === undefined) return null;
  // To nothing: passed over as any answer that nobody waits for.
  const answered = id === undefined ? null : id;
  return error ? { jsonrpc, id: answered, error } : { jsonrpc, id: answered, result };
}

function idOf(value: unknown): string | number | null {
  const id = RpcId.safeParse((value as { id?: unknown } | null)?.id);
  return id.success ? id.data : null;
}
