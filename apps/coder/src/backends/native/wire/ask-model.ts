import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { decideUsageLimit } from "@boocode/shared/agents/limits/decide-usage-limit";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import type { AnswerReader } from "./answer-reader.ts";
import { causeOfStatus, messageOfBody, ModelFailure } from "./model-failure.ts";
import { readBounded } from "./read-bounded.ts";
import { codeOf, reasonOf } from "./reason-of.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** Pauses before further attempts to connect. Retrying is safe because nothing has been sent yet. */
const CONNECT_PAUSES_MS = [150, 450];
const CONNECT_ERRORS = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
/** How long a server may take to close or to report usage after its finish reason. */
const AFTERWARDS_MS = 3_000;
/** How long one answer may hold up everything else: pieces that are there already come without a pause between them. */
const MAX_BUSY_MS = 5;

export interface AskInput {
  endpoint: ModelEndpoint;
  body: string;
  /** Reads the answer, in whatever form it comes. */
  answer: AnswerReader;
  /** Called when the answer has grown; the next piece is read once it is done. */
  onGrown(): Promise<void>;
  signal: AbortSignal;
  /** How long the server may send nothing, before and after the headers. The time of `onGrown` does not count. */
  stallMs: number;
}

/**
 * Sends one request to a model and reads its answer to the end. Never hangs.
 *
 * What has arrived is read also if the answer fails afterwards. Throws `ModelFailure`, or the signal's reason.
 */
export async function askModel({ endpoint, body, answer, onGrown, signal, stallMs }: AskInput): Promise<void> {
  const { baseUrl } = endpoint;
  const stalled = new AbortController();
  const either = AbortSignal.any([signal, stalled.signal]);
  const silence = new SilenceWatch(stallMs, () =>
    stalled.abort(new ModelFailure("model_stalled", `The model at ${baseUrl} sent nothing for ${Math.round(stallMs / 1_000)} s.`)),
  );
  try {
    const response = await silence.during(connect(endpoint, body, either));
    const failure = response.ok ? null : await silence.during(toStatusFailure(response, baseUrl));
    if (failure) throw failure;
    if (!response.body) throw new ModelFailure("model_garbage", `${baseUrl} answered without a body.`);
    await readAnswer(response.body, { answer, onGrown, silence, signal: either, baseUrl });
  } finally {
    silence.close();
  }
}

async function connect({ baseUrl, apiKey }: ModelEndpoint, body: string, signal: AbortSignal): Promise<Response> {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "boocode", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    body,
    signal,
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetch(`${baseUrl}/chat/completions`, request);
    } catch (error) {
      signal.throwIfAborted();
      const pauseMs = CONNECT_PAUSES_MS[attempt];
      if (pauseMs === undefined || !CONNECT_ERRORS.has(codeOf(error)))
        throw new ModelFailure("model_unreachable", `Nothing answers at ${baseUrl}: ${reasonOf(error)}.`);
      await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
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

type Piece = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

async function readAnswer(
  body: ReadableStream<Uint8Array>,
  {
    answer,
    onGrown,
    silence,
    signal,
    baseUrl,
  }: Pick<AskInput, "answer" | "onGrown" | "signal"> & { silence: SilenceWatch; baseUrl: string },
): Promise<void> {
  const reader = body.getReader();
  let broken: ModelFailure | null = null;
  /** Returns the next piece; null at the end, whatever ended it. */
  const next = async (): Promise<Uint8Array | null> => {
    const reading = silence.during(reader.read());
    try {
      const { done, value } =
        answer.finish === null && !answer.isOver ? await reading : await orLate(reading, answer.isOver ? 0 : AFTERWARDS_MS);
      return done ? null : value;
    } catch (error) {
      // What breaks after the finish reason does not affect the answer.
      if (answer.finish === null)
        broken = new ModelFailure(
          "model_stream_broken",
          `The connection to ${baseUrl} broke in the middle of the answer: ${reasonOf(error)}.`,
        );
      return null;
    }
  };
  try {
    let pausedAt = performance.now();
    for (let piece = await next(); piece !== null; piece = answer.failure ? null : await next()) {
      answer.push(piece);
      await onGrown();
      if (performance.now() - pausedAt <= MAX_BUSY_MS) continue;
      await nextTurn();
      pausedAt = performance.now();
    }
    answer.end();
    await onGrown();
  } finally {
    await reader.cancel().catch(() => {});
  }
  signal.throwIfAborted();
  const failure = broken ?? answer.failure;
  if (failure) throw failure;
}

/** Returns the next piece, or the end if that takes too long: the answer itself is complete. */
async function orLate(reading: Promise<Piece>, limitMs: number): Promise<Piece> {
  const late = Promise.withResolvers<Piece>();
  const timer = setTimeout(() => late.resolve({ done: true, value: undefined }), limitMs);
  reading.catch(() => {});
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
