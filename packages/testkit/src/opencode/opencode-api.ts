import type { ApiVersion } from "./api-version.ts";
import type { OpencodeRequest } from "./opencode-steps.ts";
import type { PostedPrompt, RoutedServer } from "./opencode-routes.ts";
import type { StoredMessage, StoredPart, StoredSession } from "./opencode-store.ts";

interface Answer {
  status: number;
  json?: unknown;
}

/** The parts of the server that requests under `/api` reach. */
export interface ApiServer extends RoutedServer {
  readonly api: ApiVersion;
  steer(input: PostedPrompt): Promise<void>;
}

const DONE: Answer = { status: 204 };
const missing = (what: string): Answer => ({ status: 404, json: { _tag: "NotFoundError", message: `${what} not found` } });
const invalid = (message: string): Answer => ({ status: 400, json: { _tag: "InvalidRequestError", message } });

/** Answers a request under `/api`, except for the event stream. */
export async function routeApi(server: ApiServer, request: OpencodeRequest, query: URLSearchParams): Promise<Answer> {
  const { method, path, directory, body } = request;
  const { api, store, asks } = server;
  const fields = (body ?? {}) as Record<string, unknown>;
  const [, noun = "", id = "", third = "", fourth = "", fifth = ""] = path.slice(1).split("/");
  if (path === "/api/info")
    return api === "2.0.4" ? { status: 200, json: { version: server.faults.version ?? "2.0.4", pid: 1, urls: [] } } : missing(path);
  if (path === "/api/health") {
    if (api === "2.0.4") return missing(path);
    return { status: 200, json: { healthy: true, ...(api === "2.0" ? { version: server.faults.version ?? "2.0.0" } : {}) } };
  }
  if (path === "/api/session/active")
    return { status: 200, json: { data: Object.fromEntries(Object.keys(server.status).map((one) => [one, { type: "running" }])) } };
  if (path === "/api/session" && method === "POST") {
    const { location, title } = fields as { location: { directory: string }; title?: string };
    const info = store.addSession(location.directory, title ?? "New session - 2026");
    return { status: 200, json: { data: toInfo(info) } };
  }
  if (path === "/api/session") return { status: 200, json: { data: store.list(query.get("directory") ?? "").map(toInfo), cursor: {} } };
  const listed = /^\/api\/(permission|question)\/request$/.exec(path);
  if (listed) {
    const wanted = query.get("location[directory]") ?? directory;
    return {
      status: 200,
      json: { location: { directory: wanted }, data: asks.list(listed[1] as "permission" | "question", wanted, true) },
    };
  }
  if (path === "/api/provider")
    return { status: 200, json: { data: providersOf(server).map(([one, { name }]) => ({ id: one, name: name ?? one })) } };
  if (path === "/api/model") {
    const models = providersOf(server).flatMap(([providerID, provider]) =>
      Object.keys(provider.models ?? {}).map((model) => ({
        [api === "1.18" ? "id" : "modelID"]: model,
        providerID,
        name: model,
        limit: { context: 100_000 },
      })),
    );
    return { status: 200, json: { data: models } };
  }
  const session = noun === "session" ? store.find(id) : undefined;
  if (!session) return missing(path);
  const { info } = session;
  if (third === "" && method === "GET") return { status: 200, json: { data: toInfo(info) } };
  if (third === "" && method === "DELETE") {
    store.remove(id);
    return DONE;
  }
  if (third === "model" || third === "agent") {
    info[third] = fields[third];
    return DONE;
  }
  if (third === "interrupt") {
    await server.abort(id, info.directory);
    return DONE;
  }
  if (third === "message")
    return { status: 200, json: { data: session.messages.map((one) => toApiMessage(one, api)).toReversed(), cursor: {} } };
  if (third === "prompt") return await postPrompt(server, info, fields);
  if (third === "permission" && fifth === "reply") {
    const reply = fields[api === "2.0.4" ? "decision" : "reply"];
    if (reply !== "once" && reply !== "always" && reply !== "reject") return invalid("There is no answer");
    return (await asks.answer("permission", fourth, reply, true)) ? DONE : missing("Permission");
  }
  if (third === "question" && api === "1.18") {
    const answers = fifth === "reply" ? (fields["answers"] as string[][]) : null;
    return (await asks.answer("question", fourth, answers, true)) ? DONE : missing("Question");
  }
  return third === "form" && api !== "1.18" ? await routeForm(server, info, [fourth, fifth], fields) : missing(path);
}

async function postPrompt(
  server: ApiServer,
  { id: sessionId, directory, model, agent }: StoredSession,
  fields: Record<string, unknown>,
): Promise<Answer> {
  const { id, prompt, text = (prompt as { text?: string } | undefined)?.text, delivery } = fields as Record<string, string | undefined>;
  if (text === undefined || (prompt === undefined) === (server.api === "1.18"))
    return invalid("The prompt is not where this version expects it");
  const chosen = model as { id: string; providerID: string } | undefined;
  const posted: PostedPrompt = {
    sessionId,
    directory,
    messageId: id ?? null,
    text,
    model: chosen ? { providerID: chosen.providerID, modelID: chosen.id } : null,
    agent: typeof agent === "string" ? agent : null,
    isApi: true,
  };
  if (delivery === "steer") await server.steer(posted);
  else void (await server.prompt(posted)).ran;
  return { status: 200, json: { data: { id, sessionID: sessionId, delivery } } };
}

async function routeForm(
  { asks }: ApiServer,
  { id, directory }: StoredSession,
  [formId, verb]: readonly [string, string],
  fields: Record<string, unknown>,
): Promise<Answer> {
  const forms = asks
    .list("question", directory, true)
    .filter(({ sessionID }) => sessionID === id)
    .map(toForm);
  if (formId === "") return { status: 200, json: { data: forms } };
  const form = forms.find((one) => one.id === formId);
  if (!form) return missing("Form");
  if (verb === "") return { status: 200, json: { data: form } };
  const answer = fields["answer"] as Record<string, string> | undefined;
  // The double keeps labels, so a form's values are told from them.
  const answers =
    verb === "reply"
      ? form.fields.map(({ key, options }) => options.flatMap(({ value, label }) => (value === answer?.[key] ? [label] : [])))
      : null;
  return (await asks.answer("question", formId, answers, true)) ? DONE : missing("Form");
}

/** Shows a question as the form that 2.0 asks with. */
function toForm(request: Record<string, unknown> & { id: string; sessionID: string }) {
  const questions = request["questions"] as { question: string; header: string; options: { label: string }[] }[];
  const fields = questions.map(({ question, options }, place) => ({
    key: `answer${place}`,
    type: "string",
    title: question,
    options: options.map(({ label }) => ({ value: label.toLowerCase(), label })),
  }));
  return { id: request.id, sessionID: request.sessionID, title: questions[0]?.header ?? "", mode: "form", fields };
}

/** Converts an event to the form of `/api/event`; empty if it is not sent there. */
export function toApiEvents(
  api: ApiVersion,
  type: string,
  properties: Record<string, unknown>,
): { type: string; data: Record<string, unknown> }[] {
  if (type === "server.connected") return [{ type, data: properties }];
  const isNext = type.startsWith("session.next.");
  if (api === "1.18") return isNext || type.includes(".v2.") ? [{ type, data: properties }] : [];
  if (type.startsWith("session.execution.")) return [{ type, data: properties }];
  if (type.startsWith("permission.v2.")) return [{ type: type.replace(".v2", ""), data: properties }];
  if (type === "question.v2.asked") return [{ type: "form.created", data: { form: toForm(properties as Parameters<typeof toForm>[0]) } }];
  if (type.startsWith("question.v2.")) {
    const { sessionID, requestID: id } = properties;
    return [{ type: type.endsWith("replied") ? "form.replied" : "form.cancelled", data: { sessionID, id, answer: {} } }];
  }
  if (!isNext) return [];
  if (type === "session.next.prompted")
    return [{ type: "session.inbox.delivered", data: { sessionID: properties["sessionID"], inboxID: properties["messageID"] } }];
  const { textID: _, reasoningID: __, callID, tool: ___, structured, ...data } = properties;
  const renamed = {
    ...data,
    ...(callID === undefined ? {} : { id: callID }),
    ...(structured === undefined ? {} : { metadata: structured }),
  };
  return [{ type: type.replace(".next", ""), data: renamed }];
}

function toInfo({ id, parentID, title, directory, model, agent }: StoredSession) {
  return { id, ...(parentID === undefined ? {} : { parentID }), title, model, agent, location: { directory } };
}

function toApiMessage({ info, parts }: StoredMessage, api: ApiVersion): Record<string, unknown> {
  const { id, role, time, finish, error } = info;
  if (role === "user") return { type: "user", id, time, text: parts.map(({ text }) => String(text)).join("") };
  const step = parts.find(({ type }) => type === "step-finish");
  const failed = error as { data: { message: string } } | undefined;
  return {
    type: "assistant",
    id,
    time,
    model: { id: info["modelID"], providerID: info["providerID"] },
    content: parts.flatMap((part) => toContent(part, api) ?? []),
    ...(finish === undefined ? {} : { finish }),
    ...(step ? { tokens: step["tokens"], cost: step["cost"] } : {}),
    ...(failed ? { error: { type: "unknown", message: failed.data.message } } : {}),
  };
}

function toContent(part: StoredPart, api: ApiVersion): Record<string, unknown> | null {
  const { type, id, text } = part;
  if (type === "text" || type === "reasoning") return { type, text, ...(api === "1.18" ? { id } : {}) };
  if (type !== "tool") return null;
  const { status, input, output, error, metadata } = part["state"] as Record<string, unknown>;
  const more = {
    ...(output === undefined ? {} : { content: [{ type: "text", text: output }] }),
    ...(error === undefined ? {} : { error: { message: error } }),
  };
  return {
    type: "tool",
    id: part["callID"],
    name: part["tool"],
    state: { status, input, [api === "1.18" ? "structured" : "metadata"]: metadata ?? {}, ...more },
  };
}

function providersOf({ options }: ApiServer) {
  return Object.entries(options.providers ?? { scripted: { name: "Scripted", models: { scripted: {} } } });
}
