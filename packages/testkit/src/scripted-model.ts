import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  DONE_EVENT,
  encodeChunk,
  encodeUsage,
  toDeltas,
  toFinishReason,
  type CompletionUsage,
  type ReplyPart,
} from "@boocode/shared/models/completion-stream";
import type { Barrier } from "./barrier.ts";

/** One step of a scripted model's answer. Steps run in order. */
export type ModelStep =
  | ReplyPart
  /** Streams `count` words `w0 w1 …`, at the reply's rate. */
  | { kind: "words"; count: number }
  /** Waits at a barrier until it is open or the client disconnects. */
  | { kind: "wait"; barrier: Barrier }
  /** Sends raw bytes. */
  | { kind: "raw"; text: string }
  /** Sends a tool call with arguments given as raw text, JSON or not. */
  | { kind: "raw_tool"; name: string; arguments: string }
  /** Breaks the connection. */
  | { kind: "cut" }
  /** Ends the response cleanly before the answer is complete. */
  | { kind: "end_early" };

/** A scripted model's answer to one request. */
export interface ModelReply {
  steps?: readonly ModelStep[];
  /** Barrier before the headers are sent. */
  headersAfter?: Barrier;
  /** A status other than 200, with `body` instead of steps. */
  status?: number;
  /** A whole body instead of a stream, with any status including 200. */
  body?: string;
  contentType?: string;
  /** Usage reported at the end; null reports none. */
  usage?: CompletionUsage | null;
  /** Tokens (words and argument chunks) per second. Default: as fast as the client reads. */
  tokensPerSecond?: number;
  /** Breaks the connection before sending anything. */
  refuse?: boolean;
}

export interface ModelRequest {
  headers: IncomingMessage["headers"];
  body: {
    model: string;
    stream?: boolean;
    messages: {
      role: string;
      content: unknown;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
      tool_call_id?: string;
    }[];
    tools?: { function: { name: string; description: string; parameters: Record<string, unknown> } }[];
  };
}

export interface ScriptedModelOptions {
  /** Returns the answer to request `index`, counted from 0. */
  script: (request: ModelRequest, index: number) => ModelReply;
  models?: readonly string[];
  apiKey?: string;
}

/** An OpenAI-compatible server on loopback that answers and misbehaves according to a script. */
export class ScriptedModel implements AsyncDisposable {
  /** All completion requests, in order of arrival. */
  readonly requests: ModelRequest[] = [];
  readonly apiKey: string;
  readonly #options: ScriptedModelOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  private constructor(options: ScriptedModelOptions) {
    this.#options = options;
    this.apiKey = options.apiKey ?? "sk-scripted-model-key";
  }

  static async start(options: ScriptedModelOptions): Promise<ScriptedModel> {
    const model = new ScriptedModel(options);
    await model.listen();
    return model;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** Starts listening, on the same port as before after {@link stopListening}. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses new connections and breaks open ones. */
  async stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopListening();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.headers.authorization !== `Bearer ${this.apiKey}`) {
      response.writeHead(401, { "content-type": "application/json" });
      return void response.end(
        JSON.stringify({ error: { message: `Incorrect API key provided: ${request.headers.authorization ?? "none"}` } }),
      );
    }
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" });
      const data = (this.#options.models ?? ["scripted"]).map((id) => ({ id, object: "model" }));
      return void response.end(JSON.stringify({ object: "list", data }));
    }
    const received: ModelRequest = { headers: request.headers, body: JSON.parse(body) as ModelRequest["body"] };
    this.requests.push(received);
    const reply = this.#options.script(received, this.requests.length - 1);
    const gone = new Promise<void>((resolve) => response.once("close", resolve));
    if (reply.refuse) return void response.destroy();
    if (reply.headersAfter) await Promise.race([reply.headersAfter.pass(), gone]);
    const isStream = reply.body === undefined && (reply.status ?? 200) === 200;
    response.writeHead(reply.status ?? 200, { "content-type": reply.contentType ?? (isStream ? "text/event-stream" : "application/json") });
    if (isStream) await stream(response, reply, received.body.model, gone);
    else response.end(reply.body ?? "");
  }
}

async function stream(response: ServerResponse, reply: ModelReply, model: string, gone: Promise<void>): Promise<void> {
  const identity = { id: "chatcmpl-scripted", model, created: 0 };
  const pace = new Pace(response, reply.tokensPerSecond ?? null, gone);
  let calls = 0;
  const said: ReplyPart[] = [];
  response.flushHeaders();
  for (const step of reply.steps ?? []) {
    if (response.destroyed) return;
    if (step.kind === "wait") await Promise.race([step.barrier.pass(), gone]);
    else if (step.kind === "raw") response.write(step.text);
    else if (step.kind === "cut") return void response.socket?.destroySoon();
    else if (step.kind === "end_early") return void response.end();
    else if (step.kind === "words") {
      for (let word = 0; word < step.count && !response.destroyed; word += 1)
        await pace.write(encodeChunk(identity, { content: `w${word} ` }));
    } else if (step.kind === "raw_tool") {
      const call = { index: calls, id: `call_${calls}`, type: "function", function: { name: step.name, arguments: step.arguments } };
      calls += 1;
      said.push({ kind: "tool", name: step.name, arguments: {} });
      await pace.write(encodeChunk(identity, { tool_calls: [call] }));
    } else {
      said.push(step);
      for (const delta of toDeltas([step], () => `call_${calls}`)) await pace.write(encodeChunk(identity, withIndex(delta, calls)));
      if (step.kind === "tool") calls += 1;
    }
  }
  if (response.destroyed) return;
  response.write(encodeChunk(identity, {}, toFinishReason(said)));
  const usage = reply.usage === undefined ? { promptTokens: 10, completionTokens: 5 } : reply.usage;
  if (usage) response.write(encodeUsage(identity, usage));
  response.end(DONE_EVENT);
}

/** Each step is encoded separately, so its calls count from 0. This shifts their indexes past those of earlier steps. */
function withIndex(delta: Record<string, unknown>, index: number): Record<string, unknown> {
  const calls = delta["tool_calls"] as { index: number }[] | undefined;
  return calls ? { tool_calls: calls.map((call) => ({ ...call, index })) } : delta;
}

/** Limits the write rate: one pause for all writes that are due, because a timer cannot fire ten thousand times a second. */
class Pace {
  readonly #response: ServerResponse;
  readonly #perSecond: number | null;
  readonly #gone: Promise<void>;
  readonly #startedAt = performance.now();
  #written = 0;

  constructor(response: ServerResponse, perSecond: number | null, gone: Promise<void>) {
    this.#response = response;
    this.#perSecond = perSecond;
    this.#gone = gone;
  }

  async write(text: string): Promise<void> {
    if (this.#perSecond !== null) {
      const aheadMs = (this.#written / this.#perSecond) * 1_000 - (performance.now() - this.#startedAt);
      if (aheadMs >= 1) await Promise.race([delay(Math.ceil(aheadMs)), this.#gone]);
    }
    this.#written += 1;
    if (this.#response.destroyed || this.#response.write(text)) return;
    await Promise.race([new Promise<void>((resolve) => this.#response.once("drain", resolve)), this.#gone]);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
