import { request, type IncomingMessage } from "node:http";
import type { z } from "zod";
import { SseReader } from "./read-sse.ts";

/** How long opencode may take for an answer that is not a stream. The first request of a directory loads its plugins. */
const REQUEST_LIMIT_MS = 60_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_REASON_CHARS = 400;

/** Where a server answers, and what opens it. */
export interface OpencodeAddress {
  /** `http://127.0.0.1:4096`. */
  url: string;
  password: string;
}

/** A request that opencode refused, or did not answer. Its message is for the person. */
export class OpencodeRequestError extends Error {
  override readonly name = "OpencodeRequestError";
  /** Null where there was no answer. */
  readonly status: number | null;

  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export interface OpencodeRequest<T> {
  method: "GET" | "POST" | "DELETE";
  path: string;
  /** The project's folder: every request but the server's own belongs to one. */
  directory?: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  /** Null takes any answer. */
  answer: z.ZodType<T> | null;
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface OpencodeStream {
  /** Resolves when it is over, with what broke it, or null where it ended politely. */
  readonly over: Promise<Error | null>;
  close(): void;
}

export interface OpenStreamInput {
  directory: string;
  /** In order. What it returns, if anything, resolves when there is room for more. */
  onData(data: string): void | Promise<void>;
  /** Any bytes at all: a heartbeat, too. */
  onAlive(): void;
  onTooLarge(bytes: number): void;
}

/** Speaks HTTP with one opencode server. Knows nothing of what is said. */
export class OpencodeClient {
  readonly address: OpencodeAddress;
  readonly #authorization: string;

  constructor(address: OpencodeAddress) {
    this.address = address;
    this.#authorization = `Basic ${Buffer.from(`opencode:${address.password}`).toString("base64")}`;
  }

  /** Throws {@link OpencodeRequestError}. */
  async ask<T>(input: OpencodeRequest<T>): Promise<T> {
    const timeout = AbortSignal.timeout(input.timeoutMs ?? REQUEST_LIMIT_MS);
    const response = await fetch(this.#toUrl(input.path, input.directory, input.query), {
      method: input.method,
      headers: {
        authorization: this.#authorization,
        accept: "application/json",
        ...(input.body === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: input.signal ? AbortSignal.any([timeout, input.signal]) : timeout,
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    }).catch((error: unknown) => {
      throw toRequestError(error);
    });
    const text = await readBounded(response).catch((error: unknown) => {
      throw toRequestError(error);
    });
    if (!response.ok) throw new OpencodeRequestError(response.status, `opencode answered ${response.status}: ${reasonOf(text)}`);
    if (input.answer === null) return undefined as T;
    const parsed = input.answer.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new OpencodeRequestError(response.status, `opencode answered ${input.path} with something BooCode cannot read`);
  }

  /**
   * Subscribes to the events of a directory; resolves once the server has taken the subscription.
   *
   * Nothing is kept for a reader that comes late, and nothing has a number: what happens without a stream has to be listed.
   * The bytes are read no faster than `onData` takes them. Throws {@link OpencodeRequestError}.
   */
  async openStream(input: OpenStreamInput): Promise<OpencodeStream> {
    const opened = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(this.#toUrl("/event", input.directory), {
      headers: { authorization: this.#authorization, accept: "text/event-stream" },
      timeout: REQUEST_LIMIT_MS,
    });
    outgoing.once("response", opened.resolve);
    // Stays: an error without a listener would end the daemon.
    outgoing.on("error", (error) => opened.reject(toRequestError(error)));
    const onSlow = () => outgoing.destroy(new Error("no answer to the subscription"));
    outgoing.once("timeout", onSlow);
    outgoing.end();
    const response = await opened.promise;
    outgoing.off("timeout", onSlow);
    if (response.statusCode !== 200) {
      outgoing.destroy();
      throw new OpencodeRequestError(response.statusCode ?? null, `opencode answered ${response.statusCode} to the subscription`);
    }
    outgoing.setTimeout(0);
    return { over: readAll(response, input), close: () => void outgoing.destroy() };
  }

  #toUrl(path: string, directory: string | undefined, query: Readonly<Record<string, string>> = {}): URL {
    const url = new URL(path, this.address.url);
    if (directory !== undefined) url.searchParams.set("directory", directory);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }
}

async function readAll(response: IncomingMessage, input: OpenStreamInput): Promise<Error | null> {
  const waiting: string[] = [];
  const reader = new SseReader({ onEvent: (data) => waiting.push(data), onTooLarge: input.onTooLarge });
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      input.onAlive();
      reader.push(chunk);
      for (const data of waiting.splice(0)) {
        const room = input.onData(data);
        if (room) await room;
      }
    }
    return null;
  } catch (error) {
    return error as Error;
  }
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Error("the answer is too large");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function toRequestError(error: unknown): OpencodeRequestError {
  const { name, message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? (error as NodeJS.ErrnoException).code;
  const isCut = code === "ECONNRESET" || code === "UND_ERR_SOCKET" || code === "EPIPE";
  const reason = name === "TimeoutError" ? "it did not answer in time" : isCut ? "the connection broke" : (code ?? message);
  return new OpencodeRequestError(null, `opencode does not answer: ${reason}`, error);
}

/** The message inside one of opencode's error bodies, else the beginning of the body. */
function reasonOf(text: string): string {
  const body = parseJson(text) as { message?: unknown; data?: { message?: unknown } } | null;
  const said = body?.data?.message ?? body?.message;
  return (typeof said === "string" ? said : text).slice(0, MAX_REASON_CHARS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
