import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { readCommands, type ScriptedCommand } from "./opencode/read-commands.ts";
import type { ApiVersion } from "./opencode/api-version.ts";
import { routeApi, type ApiServer } from "./opencode/opencode-api.ts";
import { OpencodeAsks } from "./opencode/opencode-asks.ts";
import { routeOpencode, type PostedPrompt, type ScriptedProviders } from "./opencode/opencode-routes.ts";
import { OpencodeStore, type StoredInfo } from "./opencode/opencode-store.ts";
import { OpencodeStreams } from "./opencode/opencode-streams.ts";
import { OpencodeTurn } from "./opencode/opencode-turn.ts";
import type { OpencodeFaults, OpencodePrompt, OpencodeReply, OpencodeRequest } from "./opencode/opencode-steps.ts";

export interface ScriptedOpencodeOptions {
  /** Returns the answer to prompt `index`, counted from 0 over all sessions. */
  script: (prompt: OpencodePrompt, index: number) => OpencodeReply | Promise<OpencodeReply>;
  /** Empty: no authentication, like the real server without a password. */
  password?: string;
  hostname?: string;
  port?: number;
  /** A file that stores sessions for the next start. */
  stateFile?: string;
  providers?: ScriptedProviders;
  faults?: OpencodeFaults;
  /** Called with each request before it is answered. */
  onRequest?: (request: OpencodeRequest) => void;
  /** What a `die` step does. By default the server stops abruptly. */
  die?: (signal: NodeJS.Signals) => void;
}

/** A server that speaks like `opencode serve` 1.18, and answers and misbehaves according to a script. */
export class ScriptedOpencode implements AsyncDisposable, ApiServer {
  readonly options: ScriptedOpencodeOptions;
  readonly faults: OpencodeFaults;
  readonly store: OpencodeStore;
  readonly streams: OpencodeStreams;
  readonly asks: OpencodeAsks;
  /** All requests of all starts, in order of arrival. */
  readonly requests: OpencodeRequest[] = [];
  readonly prompts: OpencodePrompt[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #turns = new Map<string, OpencodeTurn>();
  readonly #queues = new Map<string, OpencodePrompt[]>();
  readonly #busy = new Set<string>();
  readonly #waiting = new Set<() => void>();
  readonly #commands = new Map<string, ScriptedCommand[]>();
  #server: Server | null = null;
  #port = 0;

  private constructor(options: ScriptedOpencodeOptions) {
    this.options = options;
    this.faults = options.faults ?? {};
    this.store = new OpencodeStore(options.stateFile);
    const die = () => {
      this.store.save();
      this.#die("SIGKILL");
    };
    const { diesAtEvent } = this.faults;
    const diesAt = diesAtEvent === undefined ? null : { event: diesAtEvent, die };
    this.streams = new OpencodeStreams(() => this.store.newId("evt"), diesAt);
    this.asks = new OpencodeAsks(this.streams);
  }

  static async start(options: ScriptedOpencodeOptions): Promise<ScriptedOpencode> {
    const server = new ScriptedOpencode(options);
    await server.#listen(options.port ?? 0);
    return server;
  }

  get api(): ApiVersion {
    return this.faults.api ?? "1.18";
  }

  get url(): string {
    return `http://${this.options.hostname ?? "127.0.0.1"}:${this.#port}`;
  }

  /** The busy sessions. The real server has no entry for others. */
  get status(): Record<string, { type: "busy" }> {
    if (this.faults.isStatusEmpty) return {};
    return Object.fromEntries([...this.#busy].map((id) => [id, { type: "busy" as const }]));
  }

  /** Resolves to the first request that matches. */
  async request(fits: (request: OpencodeRequest) => boolean): Promise<OpencodeRequest> {
    for (;;) {
      const found = this.requests.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Stops as if killed and starts on another port: stored data is kept, and running turns are cut off without an end. */
  async restart(): Promise<void> {
    const before = this.#port;
    await this.stop();
    await this.#listen(0);
    if (this.#port === before) await this.restart();
  }

  /** Stops as if killed: connections break, and turns get no end. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const turn of this.#turns.values()) turn.kill();
    this.#turns.clear();
    this.#queues.clear();
    this.#busy.clear();
    this.asks.clear();
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Stores the prompt and answers it: immediately, after the running turn, or never if that turn is settling. */
  async prompt(input: PostedPrompt): Promise<{ messageId: string; ran: Promise<void> }> {
    const prompt = { ...input, messageId: input.messageId ?? this.store.newId("msg") };
    const { sessionId, directory, messageId } = prompt;
    const info: StoredInfo = {
      id: messageId,
      role: "user",
      sessionID: sessionId,
      time: { created: Date.now() },
      agent: prompt.agent ?? "build",
      model: prompt.model ?? { providerID: "scripted", modelID: "scripted" },
    };
    this.store.setMessage(info);
    const part = { type: "text", text: prompt.text, messageID: messageId, sessionID: sessionId, id: this.store.newId("prt") };
    this.store.setPart(part);
    if (prompt.isApi) {
      this.#busy.add(sessionId);
      await this.streams.emit(directory, "session.next.prompted", { sessionID: sessionId, messageID: messageId });
    }
    await this.streams.emit(directory, "message.updated", { sessionID: sessionId, info });
    await this.streams.emit(directory, "message.part.updated", { sessionID: sessionId, part, time: Date.now() });
    const running = this.#turns.get(sessionId);
    const queue = this.#queues.get(sessionId) ?? [];
    this.#queues.set(sessionId, queue);
    if (running?.isSettling) return { messageId, ran: Promise.resolve() };
    // The loop of opencode 1 asks the model again while there is a newer message.
    if (running?.wantsMore) {
      running.steer(prompt);
      return { messageId, ran: Promise.resolve() };
    }
    queue.push(prompt);
    return { messageId, ran: running ? Promise.resolve() : this.#work(sessionId, queue) };
  }

  /** Gives the running turn more of what the person wants, or begins one. */
  async steer(input: PostedPrompt): Promise<void> {
    const running = this.#turns.get(input.sessionId);
    const messageId = input.messageId ?? this.store.newId("msg");
    if (running && !running.isSettling) running.steer({ ...input, messageId });
    else void (await this.prompt(input)).ran;
  }

  /** Aborts a session's turn. Always returns true, like the real server. */
  async abort(sessionId: string, directory: string): Promise<true> {
    const turn = this.#turns.get(sessionId);
    if (turn && !turn.isSettling) {
      // The turn's open asks stay open, as on the real server.
      if (turn.abort()) this.#queues.get(sessionId)?.splice(0);
      return true;
    }
    await this.setStatus(sessionId, directory, "idle");
    await this.streams.emit(directory, "session.idle", { sessionID: sessionId });
    return true;
  }

  /** Lists the commands of a folder, whose files it reads once, until the folder is disposed of. */
  listCommands(directory: string): ScriptedCommand[] {
    const read = this.#commands.get(directory) ?? readCommands(directory);
    this.#commands.set(directory, read);
    return [...(this.faults.commands ?? []), ...read];
  }

  /** Aborts the turns of the directory and ends its streams. */
  async dispose(directory: string): Promise<void> {
    for (const turn of this.#turns.values()) {
      if (turn.prompt.directory !== directory) continue;
      turn.kill();
      this.asks.forget(turn.prompt.sessionId);
      this.#busy.delete(turn.prompt.sessionId);
      this.#turns.delete(turn.prompt.sessionId);
    }
    this.#commands.delete(directory);
    await this.streams.emit(directory, "server.instance.disposed", { directory });
    this.streams.end(directory);
  }

  async setStatus(sessionId: string, directory: string, status: "busy" | "idle"): Promise<void> {
    if (status === "busy") this.#busy.add(sessionId);
    else this.#busy.delete(sessionId);
    await this.streams.emit(directory, "session.status", { sessionID: sessionId, status: { type: status } });
  }

  async #work(sessionId: string, queue: OpencodePrompt[]): Promise<void> {
    for (let prompt = queue.shift(); prompt; prompt = queue.shift()) {
      const { directory } = prompt;
      this.prompts.push(prompt);
      const reply = await this.options.script(prompt, this.prompts.length - 1);
      const turn = new OpencodeTurn(prompt, reply, {
        store: this.store,
        streams: this.streams,
        asks: this.asks,
        setStatus: (id, status) => this.setStatus(id, directory, status),
        die: (signal) => this.#die(signal),
      });
      this.#turns.set(sessionId, turn);
      if (prompt.isApi) await this.streams.emit(directory, "session.execution.started", { sessionID: sessionId });
      await turn.run();
      if (this.#turns.get(sessionId) === turn) this.#turns.delete(sessionId);
    }
  }

  #die(signal: NodeJS.Signals): void {
    if (this.options.die) this.options.die(signal);
    else void this.stop();
  }

  async #listen(port: number): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, this.options.hostname ?? "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const method = request.method ?? "GET";
    const body = await readBody(request);
    if (this.options.password && request.headers.authorization !== toBasic(this.options.password)) {
      response.writeHead(401, { "www-authenticate": "Basic" });
      return void response.end();
    }
    const header = request.headers["x-opencode-directory"];
    const directory = url.searchParams.get("directory") ?? (typeof header === "string" ? decodeURIComponent(header) : process.cwd());
    const received: OpencodeRequest = { method, path: url.pathname, directory, body };
    this.requests.push(received);
    this.options.onRequest?.(received);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    const gone = new Promise<void>((resolve) => response.once("close", resolve));
    for (const hold of this.faults.holds ?? [])
      if (hold.method === method && url.pathname.startsWith(hold.path)) await Promise.race([hold.gate.pass(), gone]);
    if (response.destroyed) return;
    if (method === "GET" && url.pathname === "/event") return this.streams.add(response, directory);
    if (method === "GET" && url.pathname === "/global/event") return this.streams.add(response, null);
    if (method === "GET" && url.pathname === "/api/event") return this.streams.add(response, null, this.api);
    if (this.api !== "1.18" && !url.pathname.startsWith("/api/")) {
      // opencode 2 answers everything else with its page, and refuses what is posted there.
      response.writeHead(method === "GET" ? 200 : 405, { "content-type": "text/html" });
      return void response.end("<!doctype html>");
    }
    const isApi = url.pathname.startsWith("/api/");
    const { status, json } = await (isApi ? routeApi(this, received, url.searchParams) : routeOpencode(this, received, url.searchParams));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(json === undefined ? "" : JSON.stringify(json));
  }
}

function toBasic(password: string): string {
  return `Basic ${Buffer.from(`opencode:${password}`).toString("base64")}`;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? null : (JSON.parse(text) as unknown);
}
