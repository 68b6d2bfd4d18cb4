import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { completionsDoor } from "./model/completions-door.ts";
import { geminiDoor } from "./model/gemini-door.ts";
import { messagesDoor } from "./model/messages-door.ts";
import type { ModelDoor } from "./model/model-door.ts";
import type { ModelReply, ModelRequest } from "./model/model-script.ts";
import { playReply, toWholeAnswer } from "./model/play-reply.ts";
import { responsesDoor } from "./model/responses-door.ts";

/** The last one takes whatever no other takes. */
const DOORS: readonly ModelDoor[] = [messagesDoor, responsesDoor, geminiDoor, completionsDoor];

export interface ScriptedModelOptions {
  /** Returns the answer to request `index`, counted from 0. */
  script: (request: ModelRequest, index: number) => ModelReply;
  models?: readonly string[];
  /** Further fields of each model in the list, such as its context size. */
  modelFields?: Readonly<Record<string, unknown>>;
  apiKey?: string;
}

/**
 * A model server on loopback that answers and misbehaves according to a script, through the interfaces of OpenAI (chat completions and
 * Responses), Anthropic (Messages) and Google (Gemini).
 */
export class ScriptedModel implements AsyncDisposable {
  /** All requests to the model, in order of arrival. */
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

  /** The server itself, for clients that add the whole path. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The base of OpenAI's interfaces. */
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
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const text = await readBody(request);
    const door = DOORS.find(({ takes }) => takes(pathname)) ?? completionsDoor;
    const key = door.keyOf(request.headers, searchParams);
    if (key !== this.apiKey && request.method !== "HEAD") {
      return answerWith(response, 401, { error: { message: `Incorrect API key provided: ${key ?? "none"}` } });
    }
    if (request.method !== "POST") {
      const data = (this.#options.models ?? ["scripted"]).map((id) => ({ id, object: "model", ...this.#options.modelFields }));
      return answerWith(response, 200, { object: "list", data });
    }
    const given: unknown = JSON.parse(text);
    const aside = door.answerAside?.(pathname, given) ?? null;
    if (aside !== null) return answerWith(response, 200, aside);
    const received: ModelRequest = { api: door.api, headers: request.headers, body: door.read(given, pathname) };
    this.requests.push(received);
    const reply = this.#options.script(received, this.requests.length - 1);
    const gone = new Promise<void>((resolve) => response.once("close", resolve));
    if (reply.refuse) return void response.destroy();
    if (reply.headersAfter) await Promise.race([reply.headersAfter.pass(), gone]);
    const { model, stream } = received.body;
    const id = String(this.requests.length);
    const hasBody = reply.body !== undefined || (reply.status ?? 200) !== 200;
    const body = hasBody ? (reply.body ?? "") : stream === true ? null : await toWholeAnswer(reply, door, model, id, gone);
    const contentType = reply.contentType ?? (body === null ? "text/event-stream" : "application/json");
    response.writeHead(reply.status ?? 200, { "content-type": contentType, ...reply.headers });
    if (body === null) await playReply(response, reply, door, model, id, gone);
    else response.end(body);
  }
}

function answerWith(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
