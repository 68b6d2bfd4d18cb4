import { z } from "zod";
import type { Scheduler } from "../../platform/scheduler.ts";

/** The other side answered a request with an error. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The other side is gone, or did not answer in time. */
export class RpcLostError extends Error {
  override readonly name = "RpcLostError";
}

/** How a request ended. */
export type RpcOutcome = { kind: "result"; result: unknown } | { kind: "error"; error: RpcError | RpcLostError };

export interface JsonRpcPeerOptions {
  write(line: string): void;
  scheduler: Scheduler;
  /** Answers a request of the other side; null where there is no such method. May throw {@link RpcError}. */
  onRequest(method: string, params: unknown): Promise<unknown> | null;
  /** What it returns, if anything, resolves when there is room for more. False: it could not be read. */
  onNotification(method: string, params: unknown): void | false | Promise<void>;
  /** A line was no message; `head` is its beginning. */
  onBadLine(reason: string, head: string): void;
}

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
export const INVALID_PARAMS = -32_602;
const INTERNAL_ERROR = -32_603;
/** Of a line that cannot be read, nothing beyond this is kept or logged. */
const MAX_HEAD_BYTES = 512;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const RpcId = z.union([z.string().max(1_000), z.number(), z.null()]);
const RpcMessage = z.object({
  id: RpcId.optional(),
  method: z.string().max(200).optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
});
type RpcMessage = z.infer<typeof RpcMessage>;

/** JSON-RPC 2.0 with one message a line, without batches. Whatever a line holds, the next one is read. */
export class JsonRpcPeer {
  readonly #options: JsonRpcPeerOptions;
  readonly #pending = new Map<number, (outcome: RpcOutcome) => void>();
  #lastId = 0;
  #isClosed = false;

  constructor(options: JsonRpcPeerOptions) {
    this.#options = options;
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
      return this.#bad("no JSON", text);
    }
    if (Array.isArray(value)) {
      this.#send({ id: null, error: { code: INVALID_REQUEST, message: "Batches are not supported" } });
      return this.#bad("a batch", text);
    }
    const parsed = RpcMessage.safeParse(value);
    if (!parsed.success) {
      this.#send({ id: idOf(value), error: { code: INVALID_REQUEST, message: "Invalid request" } });
      return this.#bad("no message", text);
    }
    const message = parsed.data;
    if (message.method === undefined) return this.#settle(message, text);
    if (message.id !== undefined) return this.#answer(message.id, message.method, message.params, text);
    const room = this.#options.onNotification(message.method, message.params);
    return room === false ? this.#bad(`a ${message.method} that cannot be read`, text) : room;
  }

  /** A line was let go because it is too long: whatever it answered stays open. */
  tooLarge(bytes: number): void {
    this.#send({ id: null, error: { code: PARSE_ERROR, message: "line_too_large" } });
    this.#options.onBadLine(`a line of ${bytes} bytes`, "");
  }

  /** `settle` is called once, in order with what was said before and after. */
  start(method: string, params: object, settle: (outcome: RpcOutcome) => void): void {
    if (this.#isClosed) return settle({ kind: "error", error: new RpcLostError("The agent is gone.") });
    this.#lastId += 1;
    this.#pending.set(this.#lastId, settle);
    this.#send({ id: this.#lastId, method, params });
  }

  /** Rejects with {@link RpcError}, or with {@link RpcLostError} after `limitMs` too. */
  async request(method: string, params: object, limitMs: number): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<RpcOutcome>();
    this.start(method, params, resolve);
    const message = `The agent did not answer ${method} within ${Math.round(limitMs / 1_000)} s.`;
    const stop = this.#options.scheduler.after(limitMs, () => resolve({ kind: "error", error: new RpcLostError(message) }));
    const outcome = await promise;
    stop();
    if (outcome.kind === "error") throw outcome.error;
    return outcome.result;
  }

  notify(method: string, params: object): void {
    if (!this.#isClosed) this.#send({ method, params });
  }

  /** Ends every request that waits. Nothing is taken or said after. */
  close(): void {
    this.#isClosed = true;
    const error = new RpcLostError("The agent's process ended.");
    for (const settle of this.#pending.values()) settle({ kind: "error", error });
    this.#pending.clear();
  }

  #settle({ id, result, error }: RpcMessage, text: string): void {
    if (result === undefined && error === undefined) return this.#bad("neither question nor answer", text);
    const settle = typeof id === "number" ? this.#pending.get(id) : undefined;
    // An answer that comes twice, or to nothing we asked.
    if (typeof id !== "number" || settle === undefined) return;
    this.#pending.delete(id);
    settle(error ? { kind: "error", error: new RpcError(error.code, error.message, error.data) } : { kind: "result", result });
  }

  #answer(id: string | number | null, method: string, params: unknown, text: string): void {
    const fail = (error: unknown) => {
      const known = error instanceof RpcError ? error : new RpcError(INTERNAL_ERROR, "Internal error");
      if (known.code === INVALID_PARAMS) this.#bad(`a ${method} that cannot be read`, text);
      this.#send({ id, error: { code: known.code, message: known.message } });
    };
    let answered: Promise<unknown> | null;
    try {
      answered = this.#options.onRequest(method, params);
    } catch (error) {
      return fail(error);
    }
    if (answered === null) return fail(new RpcError(METHOD_NOT_FOUND, "Method not found"));
    answered.then((result) => this.#send({ id, result }), fail);
  }

  #bad(reason: string, text: string): void {
    // A letter that is cut in two becomes one of three bytes.
    const head = Buffer.from(text.slice(0, MAX_HEAD_BYTES), "utf8")
      .subarray(0, MAX_HEAD_BYTES - 3)
      .toString("utf8");
    this.#options.onBadLine(reason, head);
  }

  #send(message: object): void {
    if (!this.#isClosed) this.#options.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }
}

function idOf(value: unknown): string | number | null {
  const id = RpcId.safeParse((value as { id?: unknown } | null)?.id);
  return id.success ? id.data : null;
}
