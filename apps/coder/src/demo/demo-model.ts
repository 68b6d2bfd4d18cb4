import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { CompletionRequest } from "./completion-request.ts";
import {
  DONE_EVENT,
  encodeChunk,
  encodeUsage,
  toCompletion,
  toDeltas,
  toFinishReason,
  type CompletionIdentity,
  type CompletionUsage,
  type ReplyPart,
} from "@boocode/shared/models/completion-stream";
import { planReply } from "./plan-reply.ts";

const DEMO_MODEL_ID = "demo";
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface DemoModelOptions {
  /** Streaming rate. Default 80; `Infinity` streams as fast as the client reads, without timers. */
  wordsPerSecond?: number;
}

export interface DemoModel {
  /** The base URL on loopback, including the version path. */
  baseUrl: string;
  /** Random per start. */
  apiKey: string;
  /** Ends all streams and closes the port. */
  close(): Promise<void>;
}

/**
 * Starts the scripted model, an OpenAI-compatible server on a free loopback port that answers with {@link planReply}.
 *
 * It does no file or network access itself; it can only request tool calls from the agent.
 */
export async function startDemoModel(options: DemoModelOptions = {}): Promise<DemoModel> {
  const apiKey = randomBytes(24).toString("base64url");
  const pauseMs = 1_000 / (options.wordsPerSecond ?? 80);
  const closing = new AbortController();
  const server = createServer((request, response) => {
    answer(request, response, { apiKey, pauseMs, closing: closing.signal }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey,
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface DemoContext {
  apiKey: string;
  pauseMs: number;
  closing: AbortSignal;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: DemoContext): Promise<void> {
  if (!isAllowed(request.headers.authorization, context.apiKey)) return sendError(response, 401, "Wrong key for the demo model.");
  const path = new URL(request.url ?? "/", "http://demo.invalid").pathname;
  if (request.method === "GET" && path === "/v1/models") {
    return sendJson(response, 200, { object: "list", data: [{ id: DEMO_MODEL_ID, object: "model", created: 0, owned_by: "boocode" }] });
  }
  if (request.method !== "POST" || path !== "/v1/chat/completions") return sendError(response, 404, "The demo model has no such route.");
  const body = await readBody(request);
  if (body === null) return sendError(response, 413, "The request is too large for the demo model.");
  const parsed = CompletionRequest.safeParse(parseJson(body));
  if (!parsed.success) return sendError(response, 400, "The demo model cannot parse this request.");
  if (parsed.data.model !== DEMO_MODEL_ID) return sendError(response, 404, `The demo model is called ${DEMO_MODEL_ID}.`);

  const parts = planReply(parsed.data.messages, parsed.data.tools ?? []);
  const usage = estimateUsage(body, parts);
  const identity: CompletionIdentity = { id: `chatcmpl-${randomBytes(12).toString("hex")}`, model: DEMO_MODEL_ID, created: 0 };
  const callId = (index: number) => `call_${identity.id.slice(9, 21)}_${index}`;
  if (parsed.data.stream !== true) return sendJson(response, 200, toCompletion(identity, parts, callId, usage));
  await stream(response, parts, { identity, callId, usage, context });
}

interface Streaming {
  identity: CompletionIdentity;
  callId: (index: number) => string;
  usage: CompletionUsage;
  context: DemoContext;
}

async function stream(
  response: ServerResponse,
  parts: readonly ReplyPart[],
  { identity, callId, usage, context }: Streaming,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, context.closing]);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
  response.write(encodeChunk(identity, { role: "assistant", content: "" }));
  for (const delta of toDeltas(parts, callId)) {
    if (signal.aborted) return;
    const hasRoom = response.write(encodeChunk(identity, delta));
    if (context.pauseMs > 0) await delay(context.pauseMs, undefined, { signal }).catch(() => {});
    else if (!hasRoom) await Promise.race([onceDrained(response), aborted(signal)]);
  }
  response.write(encodeChunk(identity, {}, toFinishReason(parts)));
  response.write(encodeUsage(identity, usage));
  response.end(DONE_EVENT);
}

const onceDrained = (response: ServerResponse) => new Promise<void>((resolve) => response.once("drain", resolve));
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));

/** Estimates token usage. The demo model has no tokenizer, so it counts four characters as one token. */
function estimateUsage(body: string, parts: readonly ReplyPart[]): CompletionUsage {
  const said = parts.map((part) => (part.kind === "tool" ? JSON.stringify(part.arguments) : part.text)).join("");
  return { promptTokens: Math.ceil(body.length / 4), completionTokens: Math.ceil(said.length / 4) };
}

/** Compares digests, which have equal lengths, in constant time, so that timing does not reveal how much of the key was right. */
function isAllowed(header: string | undefined, apiKey: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${apiKey}`));
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection stays open so that the response to an oversized body can be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

const sendError = (response: ServerResponse, status: number, message: string) =>
  sendJson(response, status, { error: { message, type: "invalid_request_error" } });
