import { setTimeout as delay } from "node:timers/promises";
import { causeOfStatus, messageOfBody, ModelFailure } from "./model-failure.ts";

/** Pauses before another attempt to connect. Nothing has been asked yet, so asking again is safe. */
const CONNECT_PAUSES_MS = [150, 450];
const CONNECT_ERRORS = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
const MAX_ERROR_BYTES = 64 * 1024;
/** A line without an end is no event stream. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** What went over the wire for one request to a model. */
export interface WatchedRequest {
  fetch: typeof globalThis.fetch;
  /** The transport's own account of what went wrong: more exact than any error made of it. */
  failure: ModelFailure | null;
  bytes: number;
  /** Something that looks like an event of a stream came. */
  hasEvents: boolean;
}

/** Waits for the model, but not for ever. What its reader does in between does not count. */
type WaitFor = <T>(awaited: Promise<T>) => Promise<T>;

/**
 * A `fetch` for one request to a model which never hangs: it fails when no byte comes for `stallMs`, before the headers or after,
 * and keeps in `failure` what happened. The time the reader takes does not count.
 */
export function watchRequest(stallMs: number, baseUrl: string): WatchedRequest {
  const watched: WatchedRequest = { fetch: (input, init) => watch(input, init), failure: null, bytes: 0, hasEvents: false };
  const fail = (failure: ModelFailure) => {
    watched.failure ??= failure;
    return watched.failure;
  };

  async function watch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const stalled = new AbortController();
    const outer = init?.signal ?? null;
    const signal = outer ? AbortSignal.any([outer, stalled.signal]) : stalled.signal;
    const waitFor: WaitFor = (awaited) => {
      const timer = setTimeout(() => {
        stalled.abort(
          fail(new ModelFailure("model_stalled", `The model at ${baseUrl} sent nothing for ${Math.round(stallMs / 1_000)} s.`)),
        );
      }, stallMs);
      return awaited.finally(() => clearTimeout(timer));
    };
    try {
      const response = await waitFor(connect(input, { ...init, signal }));
      if (!response.ok) throw fail(await waitFor(toStatusFailure(response, baseUrl)));
      if (!response.body) throw fail(new ModelFailure("model_garbage", `${baseUrl} answered without a body.`));
      return new Response(watchBody(response.body.getReader(), waitFor, signal), { status: response.status, headers: response.headers });
    } catch (error) {
      if (outer?.aborted) throw error;
      throw watched.failure ?? fail(new ModelFailure("model_unreachable", `Nothing answers at ${baseUrl}: ${reasonOf(error)}.`));
    }
  }

  function watchBody(reader: ReadableStreamDefaultReader<Uint8Array>, waitFor: WaitFor, signal: AbortSignal): ReadableStream<Uint8Array> {
    let lineBytes = 0;
    const note = (chunk: Uint8Array) => {
      if (watched.bytes === 0 && !looksLikeEvents(chunk)) {
        throw new ModelFailure("model_garbage", `${baseUrl} did not answer with a stream of events, but with: ${excerpt(chunk)}`);
      }
      watched.bytes += chunk.length;
      const lastBreak = chunk.lastIndexOf(10);
      lineBytes = lastBreak === -1 ? lineBytes + chunk.length : chunk.length - lastBreak - 1;
      if (lineBytes > MAX_LINE_BYTES) throw new ModelFailure("model_garbage", `${baseUrl} sent a line without an end.`);
      watched.hasEvents ||= Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).includes("data:");
    };
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await waitFor(reader.read());
          if (done) return controller.close();
          note(value);
          controller.enqueue(value);
        } catch (error) {
          await reader.cancel().catch(() => {});
          if (error instanceof ModelFailure) fail(error);
          else if (!signal.aborted)
            fail(
              new ModelFailure(
                "model_stream_broken",
                `The connection to ${baseUrl} broke in the middle of the answer: ${reasonOf(error)}.`,
              ),
            );
          controller.error(watched.failure ?? error);
        }
      },
      async cancel(reason) {
        await reader.cancel(reason);
      },
    });
  }

  return watched;
}

async function connect(input: Parameters<typeof fetch>[0], init: RequestInit & { signal: AbortSignal }): Promise<Response> {
  for (const pauseMs of CONNECT_PAUSES_MS) {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (init.signal.aborted || !CONNECT_ERRORS.has(codeOf(error))) throw error;
      await delay(pauseMs, undefined, { signal: init.signal });
    }
  }
  return fetch(input, init);
}

async function toStatusFailure(response: Response, baseUrl: string): Promise<ModelFailure> {
  const body = await readBounded(response);
  const words = messageOfBody(body);
  return new ModelFailure(
    causeOfStatus(response.status),
    `${baseUrl} answered ${response.status}${words ? `: ${words}` : ""}`,
    response.status,
  );
}

/** The beginning of a body; what cannot be read is left out, since the status says enough. */
export async function readBounded(response: Response, maxBytes = MAX_ERROR_BYTES): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // Cut off: what came is what there is.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}

/** The words of a failed `fetch`, which hides them in its causes. */
export function reasonOf(error: unknown): string {
  const causes: unknown[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) causes.push(cause);
  const deepest = causes.at(-1);
  const words =
    deepest instanceof AggregateError
      ? String((deepest.errors[0] as Error | undefined)?.message ?? deepest.message)
      : (deepest as Error | undefined)?.message;
  return (words || codeOf(error) || "no reason given").slice(0, 300);
}

function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return "";
}

const looksLikeEvents = (chunk: Uint8Array) =>
  /^\uFEFF?\s*(?:data|event|id|retry)?:/.test(Buffer.from(chunk.subarray(0, 64)).toString("utf8"));
const excerpt = (chunk: Uint8Array) => Buffer.from(chunk.subarray(0, 200)).toString("utf8").replace(/\s+/g, " ");
