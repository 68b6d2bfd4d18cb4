import { request, type IncomingMessage } from "node:http";
import { OpencodeRequestError, toRefusal, toRequestError } from "./opencode-request-error.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** A server's URL and password. */
export interface OpencodeAddress {
  /** `http://127.0.0.1:4096`. */
  url: string;
  password: string;
}

/** The limits of one request. */
export interface RequestLimit {
  /** The time limit for the whole answer. */
  limitMs: number;
  /** Ends the request early. */
  signal?: AbortSignal | undefined;
}

/** Makes the authorization header. */
export function toAuthorization({ password }: OpencodeAddress): string {
  return `Basic ${Buffer.from(`opencode:${password}`).toString("base64")}`;
}

/**
 * Makes the fetch function for one SDK request. It adds the password, a time limit for the whole answer and a size limit. It rejects with
 * {@link OpencodeRequestError}, also for an error status or an answer that is not JSON, so that the SDK sees only valid answers.
 *
 * The abort signal is handled here and not by the SDK: the SDK passes it through requests that reference each other weakly, so an abort can
 * be lost after a garbage collection.
 */
export function toOpencodeFetch(address: OpencodeAddress, { limitMs, signal }: RequestLimit): typeof fetch {
  return async (input) => {
    const asked = input as Request;
    const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
    const sent = send(address, asked, body);
    const timer = setTimeout(() => sent.end("it did not answer in time"), limitMs);
    const onAbort = () => sent.end("the request was withdrawn");
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      const response = await sent.response;
      return toReadable(asked, response, await readBounded(response));
    } catch (error) {
      throw sent.ended ?? toRequestError(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  };
}

/** A request in flight. */
export interface SentRequest {
  /** Rejects with {@link OpencodeRequestError}. */
  readonly response: Promise<IncomingMessage>;
  /** Why it was ended locally; null if it was not. */
  readonly ended: OpencodeRequestError | null;
  end(reason: string): void;
}

/** Sends a request that the SDK made. */
export function send(address: OpencodeAddress, { url, method, headers }: Request, body: Buffer | null): SentRequest {
  const answered = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(url, {
    method,
    headers: {
      accept: "application/json",
      ...Object.fromEntries(headers),
      authorization: toAuthorization(address),
      ...(body === null ? {} : { "content-length": body.length }),
    },
  });
  let ended: OpencodeRequestError | null = null;
  outgoing.once("response", answered.resolve);
  // Keep this listener: an unhandled error event would end the daemon.
  outgoing.on("error", (error) => answered.reject(ended ?? toRequestError(error)));
  outgoing.end(body);
  return {
    response: answered.promise,
    get ended() {
      return ended;
    },
    end(reason) {
      ended ??= new OpencodeRequestError(null, `opencode does not answer: ${reason}`);
      outgoing.destroy(ended);
    },
  };
}

function toReadable({ url }: Request, { statusCode = 0, headers }: IncomingMessage, body: Buffer<ArrayBuffer>): Response {
  if (statusCode < 200 || statusCode > 299) throw toRefusal(statusCode, body.toString("utf8"));
  if (body.length === 0) return new Response(null, { status: 204 });
  if (!headers["content-type"]?.startsWith("application/json")) throw toUnreadable(statusCode, url);
  return new Response(body, { status: statusCode, headers: { "content-type": "application/json" } });
}

async function readBounded(response: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving this loop early destroys the response.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Makes the error for an unreadable answer. */
export function toUnreadable(status: number, url: string, cause?: unknown): OpencodeRequestError {
  return new OpencodeRequestError(status, `opencode answered ${new URL(url).pathname} with something BooCode cannot read`, cause);
}
