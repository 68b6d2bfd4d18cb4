import type { ScriptedCommand } from "./read-commands.ts";
import type { OpencodeAsks, PermissionReply } from "./opencode-asks.ts";
import type { OpencodeFaults, OpencodePrompt, OpencodeRequest } from "./opencode-steps.ts";
import type { OpencodeStore } from "./opencode-store.ts";
import type { OpencodeStreams } from "./opencode-streams.ts";

/** The providers of a server's configuration, by id. */
export type ScriptedProviders = Record<string, { name?: string; models?: Record<string, { name?: string }> }>;

/** A prompt whose message id may be missing. */
export type PostedPrompt = Omit<OpencodePrompt, "messageId"> & { messageId: string | null };

/** The parts of the server that requests reach. */
export interface RoutedServer {
  readonly options: { providers?: ScriptedProviders };
  readonly faults: OpencodeFaults;
  readonly store: OpencodeStore;
  readonly streams: OpencodeStreams;
  readonly asks: OpencodeAsks;
  readonly status: Record<string, { type: "busy" }>;
  prompt(input: PostedPrompt): Promise<{ messageId: string; ran: Promise<void> }>;
  abort(sessionId: string, directory: string): Promise<true>;
  dispose(directory: string): Promise<void>;
  listCommands(directory: string): ScriptedCommand[];
}

interface Answer {
  status: number;
  json?: unknown;
}

interface PromptBody {
  messageID?: string;
  model?: { providerID: string; modelID: string };
  agent?: string;
  noReply?: boolean;
  parts: { type: string; text?: string }[];
}

/** Answers a non-streaming request in the shapes of the real server. */
export async function routeOpencode(server: RoutedServer, request: OpencodeRequest, query: URLSearchParams): Promise<Answer> {
  const { method, path, directory, body } = request;
  const [first, id = "", third = ""] = path.slice(1).split("/");
  if (method === "GET") {
    const fixed = readFixed(server, path, directory);
    if (fixed !== undefined) return { status: 200, json: fixed };
  }
  if (path === "/instance/dispose" && method === "POST") {
    await server.dispose(directory);
    return { status: 200, json: true };
  }
  if (path === "/session" && method === "POST") {
    const input = (body ?? {}) as { title?: string; parentID?: string };
    const info = server.store.addSession(directory, input.title ?? `New session - ${new Date().toISOString()}`, input.parentID);
    await server.streams.emit(directory, "session.created", { sessionID: info.id, info });
    return { status: 200, json: info };
  }
  if (first === "session") return await routeSession(server, request, id, third, query);
  if (first === "api") return await routeNextAsks(server, request, query);
  if (first === "permission" && third === "reply" && method === "POST") {
    const { reply } = body as { reply: PermissionReply };
    return (await server.asks.answer("permission", id, reply))
      ? { status: 200, json: true }
      : notFound(`Permission request not found: ${id}`);
  }
  if (first === "question" && method === "POST") {
    const answers = third === "reply" ? (body as { answers: string[][] }).answers : null;
    return (await server.asks.answer("question", id, answers))
      ? { status: 200, json: true }
      : notFound(`Question request not found: ${id}`);
  }
  return notFound(`No route ${method} ${path}`);
}

/** The newer API for asks: listed per location, answered per session. */
async function routeNextAsks({ asks }: RoutedServer, { method, path, body }: OpencodeRequest, query: URLSearchParams): Promise<Answer> {
  const listed = /^\/api\/(permission|question)\/request$/.exec(path);
  if (listed && method === "GET") {
    const directory = query.get("location[directory]") ?? "";
    return { status: 200, json: { location: { directory }, data: asks.list(listed[1] as "permission" | "question", directory, true) } };
  }
  const [, , , noun, id = "", verb] = path.slice(1).split("/");
  if (method !== "POST" || (noun !== "permission" && noun !== "question")) return notFound(`No route ${method} ${path}`);
  const { reply, answers = null } = (body ?? {}) as { reply?: PermissionReply; answers?: string[][] };
  const answer = noun === "permission" ? (reply ?? "reject") : verb === "reply" ? answers : null;
  return (await asks.answer(noun, id, answer, true)) ? { status: 204 } : notFound(`Request not found: ${id}`);
}

async function routeSession(
  server: RoutedServer,
  { method, directory, body }: OpencodeRequest,
  id: string,
  action: string,
  query: URLSearchParams,
): Promise<Answer> {
  const session = server.store.find(id);
  if (!session) return notFound(`Session not found: ${id}`);
  const { store } = server;
  if (action === "" && method === "GET") return { status: 200, json: session.info };
  if (action === "" && method === "PATCH") {
    Object.assign(session.info, body);
    store.save();
    await server.streams.emit(directory, "session.updated", { sessionID: id, info: session.info });
    return { status: 200, json: session.info };
  }
  if (action === "" && method === "DELETE") {
    store.remove(id);
    await server.streams.emit(directory, "session.deleted", { sessionID: id, info: session.info });
    return { status: 200, json: true };
  }
  if (action === "abort") return { status: 200, json: await server.abort(id, session.info.directory) };
  if (action === "children") return { status: 200, json: store.list(session.info.directory).filter(({ parentID }) => parentID === id) };
  if (action === "todo") return { status: 200, json: session.todos };
  if (action === "diff") return { status: 200, json: [] };
  if (action === "permissions") return notFound("Ask /permission");
  if (action === "message" && method === "GET") {
    const limit = Number(query.get("limit") ?? "0");
    return { status: 200, json: limit > 0 ? session.messages.slice(-limit) : session.messages };
  }
  if ((action === "prompt_async" || action === "message") && method === "POST") {
    const { ran } = await server.prompt(toPrompt(id, session.info.directory, body as PromptBody));
    if (action === "prompt_async") {
      void ran;
      return { status: 204 };
    }
    await ran;
    return { status: 200, json: session.messages.at(-1) };
  }
  if (action === "command" && method === "POST") {
    const { command, arguments: words, model, ...rest } = body as { command: string; arguments: string; model?: string } & PromptBody;
    const { forgetsCommands = false } = server.faults;
    if (forgetsCommands || !server.listCommands(session.info.directory).some(({ name }) => name === command))
      return { status: 400, json: { name: "BadRequest", data: { message: `Command not found: ${command}` } } };
    const [providerID = "", modelID = ""] = model?.split("/") ?? [];
    const parts = [{ type: "text", text: `[command ${command}] ${words}` }];
    const prompt = toPrompt(id, session.info.directory, { ...rest, parts });
    await (
      await server.prompt({ ...prompt, model: model === undefined ? null : { providerID, modelID } })
    ).ran;
    return { status: 200, json: session.messages.at(-1) };
  }
  return notFound(`No route ${method} /session/:id/${action}`);
}

function readFixed(server: RoutedServer, path: string, directory: string): unknown {
  const providers = Object.entries({
    ...server.faults.ownProviders,
    ...(server.options.providers ?? { scripted: { name: "Scripted", models: { scripted: {} } } }),
  }).map(([id, { name, models }]) => ({
    id,
    name: name ?? id,
    source: "config",
    env: [],
    options: {},
    models: Object.fromEntries(
      Object.entries(models ?? {}).map(([modelId, model]) => [
        modelId,
        { id: modelId, providerID: id, name: model.name ?? modelId, limit: { context: 100_000, output: 8_000 }, status: "active" },
      ]),
    ),
  }));
  const defaults = Object.fromEntries(providers.map(({ id, models }) => [id, Object.keys(models)[0] ?? ""]));
  const fixed: Record<string, () => unknown> = {
    "/global/health": () => ({ healthy: true, version: server.faults.version ?? "1.18.33" }),
    "/config": () => ({}),
    "/config/providers": () => ({ providers, default: defaults }),
    "/provider": () => ({ all: providers, default: defaults, connected: providers.map(({ id }) => id) }),
    "/agent": () => [
      { name: "build", description: "The default agent.", mode: "primary", native: true, permission: [], options: {} },
      { name: "plan", description: "Plan mode. Disallows all edit tools.", mode: "primary", native: true, permission: [], options: {} },
    ],
    "/command": () => server.listCommands(directory).map((command) => ({ template: "", hints: [], ...command })),
    "/path": () => ({ home: "", state: "", config: "", worktree: directory, directory }),
    "/session": () => server.store.list(directory),
    "/session/status": () => server.status,
    "/permission": () => server.asks.list("permission", directory),
    "/question": () => server.asks.list("question", directory),
  };
  return fixed[path]?.();
}

function toPrompt(sessionId: string, directory: string, body: PromptBody): PostedPrompt {
  return {
    sessionId,
    directory,
    messageId: body.messageID ?? null,
    text: body.parts.map(({ text }) => text ?? "").join(""),
    model: body.model ?? null,
    agent: body.agent ?? null,
  };
}

function notFound(message: string): Answer {
  return { status: 404, json: { name: "NotFoundError", data: { message } } };
}
