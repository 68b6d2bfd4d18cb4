import { decideUsageLimit } from "@boocode/shared/agents/limits/decide-usage-limit";
import { cutText } from "@boocode/shared/text/cut-text";
import { setTimeout as delay } from "node:timers/promises";
import { AnswerReader } from "./answer-reader.ts";
import { AnswerStream } from "./answer-stream.ts";
import { causeOfStatus, messageOfBody, ModelFailure } from "./model-failure.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** Pauses before further attempts to connect. Retrying is safe because nothing has been sent yet. */
const CONNECT_PAUSES_MS = [150, 450];
const CONNECT_ERRORS = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
const MAX_ERROR_BYTES = 64 * 1024;

/** One request to a model. */
export interface WatchedRequest {
  fetch: typeof globalThis.fetch;
  /** Reads the answer; the SDK receives a plain form of it. */
  answer: AnswerReader;
  /** The transport failure, which is more exact than the SDK's error. */
  failure: ModelFailure | null;
}

/**
 * Makes a `fetch` for one model request that never hangs. It fails if no byte arrives for `stallMs`, before or after the headers, and
 * records the cause in `failure`. The reader's own time does not count. `usedIds`: ids of the turn's calls so far.
 */
export function watchRequest(stallMs: number, baseUrl: string, usedIds: Set<string>): WatchedRequest {
  const answer = new AnswerReader(baseUrl, usedIds);
  const watched: WatchedRequest = { fetch: (input, init) => watch(input, init), answer, failure: null };
  const fail = (failure: ModelFailure) => {
    watched.failure ??= failure;
    return watched.failure;
  };

  async function watch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const stalled = new AbortController();
    const outer = init?.signal ?? null;
    const signal = outer ? AbortSignal.any([outer, stalled.signal]) : stalled.signal;
    const silence = new SilenceWatch(stallMs, () =>
      stalled.abort(fail(new ModelFailure("model_stalled", `The model at ${baseUrl} sent nothing for ${Math.round(stallMs / 1_000)} s.`))),
    );
    try {
      const response = await silence.during(connect(input, { ...init, body: withoutHalves(init?.body) ?? null, signal }));
      if (!response.ok) throw fail(await silence.during(toStatusFailure(response, baseUrl)));
      if (!response.body) throw fail(new ModelFailure("model_garbage", `${baseUrl} answered without a body.`));
      const stream = new AnswerStream({ reader: response.body.getReader(), answer, silence, signal, onFailure: fail, toBroken });
      return new Response(stream.readable, { headers: { "content-type": "text/event-stream" } });
    } catch (error) {
      if (outer?.aborted) throw error;
      throw watched.failure ?? fail(new ModelFailure("model_unreachable", `Nothing answers at ${baseUrl}: ${reasonOf(error)}.`));
    }
  }

  const toBroken = (error: unknown) =>
    new ModelFailure("model_stream_broken", `The connection to ${baseUrl} broke in the middle of the answer: ${reasonOf(error)}.`);
  return watched;
}

/** Replaces lone surrogates in the body: strict servers refuse them, which would end the chat. JSON writes lone surrogates, and only those, as escapes. */
function withoutHalves(body: RequestInit["body"]): RequestInit["body"] {
  if (typeof body !== "string" || !/\\ud[89a-f]/i.test(body)) return body;
  return body.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/gi, (escape) => (escape.length > 2 ? "\ufffd" : escape));
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
  const signs = { httpStatus: response.status, headers: Object.fromEntries(response.headers), text: body };
  const reader = { now: Date.now(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return new ModelFailure(
    causeOfStatus(response.status),
    `${baseUrl} answered ${response.status}${words ? `: ${words}` : ""}`,
    response.status,
    response.status === 429 ? (decideUsageLimit(signs, reader)?.resetsAt ?? null) : null,
  );
}

/** Reads the beginning of a body. Unreadable parts are left out, because the status says enough. */
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
    // The body was cut off; use what arrived.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}

/** Finds the message of a failed `fetch`, which is hidden in its causes. */
export function reasonOf(error: unknown): string {
  const causes: unknown[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) causes.push(cause);
  const deepest = causes.at(-1);
  const words =
    deepest instanceof AggregateError
      ? String((deepest.errors[0] as Error | undefined)?.message ?? deepest.message)
      : (deepest as Error | undefined)?.message;
  return cutText(words || codeOf(error) || "no reason given", 300);
}

function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return "";
}
