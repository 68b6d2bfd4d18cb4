import { createOpencodeClient } from "@opencode-ai/sdk/v2/client";
import { z } from "zod";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { withTexts } from "@boocode/shared/attachments/given-content";
import { withHandover } from "@boocode/shared/agents/handoff/handover-frame";
import { pause, systemTime, type Time } from "../../../../platform/time.ts";
import { openEventStream, type OpencodeStream, type OpenStreamInput } from "../event-stream.ts";
import {
  read,
  unlessGone,
  type AskPlace,
  type CommandBody,
  type PromptBody,
  type ServerClient,
  type SessionPlace,
} from "../opencode-client.ts";
import type { AskFamily, EventFamily } from "../opencode-event.ts";
import { toOpencodeFetch, type OpencodeAddress } from "../opencode-fetch.ts";
import { toDataUrl } from "../to-attached-parts.ts";
import { AskList, type Health, type MessageList, type ProviderList, type StatusMap, type WireSession } from "../opencode-wire.ts";
import type { ApiDialect } from "./api-dialect.ts";
import { Active, Form, Forms, type Info, Many, Messages, Models, One, Providers, Reported } from "./api-answers.ts";
import { toFormAnswer, toQuestions } from "./api-form.ts";
import { toOldMessage } from "./api-message.ts";
import { makeApiRequest, type ApiRequest } from "./api-request.ts";
import { ApiTranslator } from "./api-translator.ts";
import { SettleWatch } from "./settle-watch.ts";

export interface ApiClientOptions {
  address: OpencodeAddress;
  dialect: ApiDialect;
  /** The version that the program reported: not every server reports it. */
  version: string;
  time?: Pick<Time, "after">;
}

const REQUEST_LIMIT_MS = 60_000;
const HEALTH_LIMIT_MS = 10_000;
const LIST_LIMIT_MS = 15_000;
const LIST_PROVIDERS_LIMIT_MS = 20_000;
const DELETE_LIMIT_MS = 2_000;
const MAX_MESSAGES = 200;
const LOOK_MS = 100;
/** The agent of opencode that works where no mode is chosen. */
const DEFAULT_AGENT = "build";

const Nothing = z.unknown();
/**
 * Asks a server through its `/api`, which is all that opencode 2 has, and gives everything the form of opencode 1. All methods throw
 * `OpencodeRequestError`.
 */
export class ApiClient implements ServerClient {
  readonly address: OpencodeAddress;
  readonly family: EventFamily = "next";
  readonly dialect: ApiDialect;
  readonly #version: string;
  readonly #time: Pick<Time, "after">;
  readonly #sdk: ReturnType<typeof createOpencodeClient>;
  readonly #request: ApiRequest;
  readonly #streams = new Set<{ translator: ApiTranslator; watch: SettleWatch }>();

  constructor({ address, dialect, version, time = systemTime }: ApiClientOptions) {
    this.address = address;
    this.dialect = dialect;
    this.#version = version;
    this.#time = time;
    this.#sdk = createOpencodeClient({ baseUrl: address.url, parseAs: "json" });
    this.#request = makeApiRequest(address);
  }

  async readHealth(signal?: AbortSignal): Promise<Health> {
    const call = { method: "GET" as const, path: this.dialect.healthPath, limitMs: HEALTH_LIMIT_MS };
    const { version } = await this.#request(Reported, { ...call, ...(signal ? { signal } : {}) });
    return { healthy: true, version: version ?? this.#version };
  }

  async createSession(directory: string, title?: string): Promise<WireSession> {
    const body = { location: { directory }, ...(title === undefined ? {} : { title }) };
    return toSession((await this.#request(One, { ...this.#post(directory, "/api/session"), body })).data);
  }

  async readSession(place: SessionPlace): Promise<WireSession> {
    return toSession(await this.#readInfo(place));
  }

  async listSessions(directory: string): Promise<WireSession[]> {
    const listed = await read(Many, this.#sdk.v2.session.list({ directory }, this.#within(LIST_LIMIT_MS)));
    return listed.data.map(toSession);
  }

  async deleteSession({ directory, sessionId }: SessionPlace): Promise<void> {
    const path = `/api/session/${encodeURIComponent(sessionId)}`;
    await this.#request(Nothing, { method: "DELETE", path, directory, limitMs: DELETE_LIMIT_MS });
  }

  /** Sends a prompt. The session keeps the model and the mode. */
  async promptAsync(place: SessionPlace, body: PromptBody): Promise<void> {
    await this.#choose(place, body);
    await this.#send(place, body, "queue");
  }

  /** Lists none: no published version of this interface runs one. */
  async listCommands(): Promise<SlashCommand[]> {
    return [];
  }

  async runCommand(place: SessionPlace, { promptId, name, words, files, attachments, model, mode }: CommandBody): Promise<void> {
    await this.promptAsync(place, { promptId, text: `/${name} ${words}`.trim(), files, attachments, model, mode });
  }

  async steer(place: SessionPlace, body: PromptBody): Promise<void> {
    await this.#send(place, body, "steer");
  }

  async prompt(place: SessionPlace, body: PromptBody, signal: AbortSignal): Promise<void> {
    await this.promptAsync(place, body);
    while (!signal.aborted && (await this.#readActive()).has(place.sessionId)) await pause(this.#time, LOOK_MS);
  }

  async abort({ directory, sessionId }: SessionPlace, limitMs: number): Promise<void> {
    const streams = [...this.#streams];
    for (const { translator } of streams) translator.noteStop(sessionId);
    try {
      await read(Nothing, this.#sdk.v2.session.interrupt({ sessionID: sessionId }, this.#within(limitMs, directory)));
    } finally {
      for (const { watch } of streams) watch.look(sessionId, LOOK_MS);
    }
  }

  async listMessages({ sessionId, directory }: SessionPlace): Promise<MessageList> {
    const wanted = { sessionID: sessionId, limit: MAX_MESSAGES, order: "desc" as const };
    const { data } = await read(Messages, this.#sdk.v2.session.messages(wanted, this.#within(LIST_LIMIT_MS, directory)));
    return data.toReversed().flatMap((wire) => toOldMessage(wire, sessionId) ?? []);
  }

  async readStatuses(): Promise<StatusMap> {
    return Object.fromEntries([...(await this.#readActive())].map((id) => [id, { type: "busy" as const }]));
  }

  async listAsks(noun: "permission" | "question", family: AskFamily, directory: string): Promise<unknown[]> {
    if (family === "directory") return [];
    const limit = this.#within(LIST_LIMIT_MS, directory);
    if (noun === "permission" || this.dialect.asksWith === "questions")
      return (await read(AskList, this.#sdk.v2[noun].request.list({ location: { directory } }, limit))).data;
    // Forms are listed for each session.
    const active = [...(await this.#readActive())];
    const forms = active.map((id) => this.#request(Forms, { method: "GET", path: formsOf(id), directory, limitMs: LIST_LIMIT_MS }));
    return (await Promise.all(forms)).flatMap(({ data }) => data.map(toQuestions));
  }

  async replyPermission({ directory, sessionId, requestId }: AskPlace, reply: "once" | "always" | "reject"): Promise<void> {
    const path = `/api/session/${encodeURIComponent(sessionId)}/permission/${encodeURIComponent(requestId)}/reply`;
    await unlessGone(this.#request(Nothing, { ...this.#post(directory, path), body: { [this.dialect.answerField]: reply } }));
  }

  async replyQuestion({ directory, sessionId, requestId }: AskPlace, answers: string[][] | null): Promise<void> {
    if (this.dialect.asksWith === "forms") return unlessGone(this.#replyForm(directory, `${formsOf(sessionId)}/${requestId}`, answers));
    const { question } = this.#sdk.v2.session;
    const asked = { sessionID: sessionId, requestID: requestId };
    const where = this.#within(REQUEST_LIMIT_MS, directory);
    const sent = answers ? question.reply({ ...asked, questionV2Reply: { answers } }, where) : question.reject(asked, where);
    await unlessGone(read(Nothing, sent));
  }

  async listProviders(directory: string): Promise<ProviderList["providers"]> {
    const where = { location: { directory } };
    const limit = this.#within(LIST_PROVIDERS_LIMIT_MS, directory);
    const [providers, models] = await Promise.all([
      read(Providers, this.#sdk.v2.provider.list(where, limit)),
      read(Models, this.#sdk.v2.model.list(where, limit)),
    ]);
    const toModels = (provider: string) =>
      models.data.flatMap(({ providerID, id, modelID, name, limit }) =>
        providerID === provider ? [[id ?? modelID ?? "", { name, ...(limit ? { limit } : {}) }] as const] : [],
      );
    return providers.data.map(({ id, name }) => ({ id, name, models: Object.fromEntries(toModels(id)) }));
  }

  /** Does nothing: this interface keeps no instance that a client could end. */
  async disposeInstance(): Promise<void> {}

  async openStream(input: OpenStreamInput): Promise<OpencodeStream> {
    const watch = new SettleWatch({
      time: this.#time,
      readActive: () => this.#readActive(),
      isInTurn: (sessionId) => translator.isInTurn(sessionId),
      onStopped: (sessionId) => void tell(translator.stopped(sessionId)),
    });
    const translator = new ApiTranslator(input.directory, (sessionId) => watch.keepLooking(sessionId));
    const tell = async (events: readonly unknown[]): Promise<void> => {
      for (const event of events) await input.onData(event);
    };
    const onData = (wire: unknown): void | Promise<void> => {
      const { events, look } = translator.translate(wire);
      if (look) watch.look(look.sessionId, look.afterMs);
      const [first, ...rest] = events;
      if (first === undefined) return;
      return rest.length === 0 ? input.onData(first) : tell(events);
    };
    const kept = { translator, watch };
    this.#streams.add(kept);
    const forget = () => {
      watch.close();
      this.#streams.delete(kept);
    };
    try {
      const subscribe = (options: object) => this.#sdk.v2.event.subscribe(options);
      const { over, close } = await openEventStream(subscribe, this.address, { ...input, onData });
      void over.then(forget);
      return {
        over,
        close: () => {
          forget();
          close();
        },
      };
    } catch (error) {
      forget();
      throw error;
    }
  }

  async #replyForm(directory: string, path: string, answers: string[][] | null): Promise<void> {
    if (answers === null) return void (await this.#request(Nothing, this.#post(directory, `${path}/cancel`)));
    const form = await this.#request(Form, { method: "GET", path, directory, limitMs: LIST_LIMIT_MS });
    await this.#request(Nothing, { ...this.#post(directory, `${path}/reply`), body: { answer: toFormAnswer(form.data, answers) } });
  }

  /** Sets the model and the mode of a session where they are not the chosen ones. */
  async #choose(place: SessionPlace, { model, mode }: PromptBody): Promise<void> {
    const { directory, sessionId: sessionID } = place;
    const now = await this.#readInfo(place);
    const limit = this.#within(REQUEST_LIMIT_MS, directory);
    if (model && (now.model?.id !== model.modelID || now.model.providerID !== model.providerID))
      await read(
        Nothing,
        this.#sdk.v2.session.switchModel({ sessionID, model: { id: model.modelID, providerID: model.providerID } }, limit),
      );
    const agent = mode ?? DEFAULT_AGENT;
    if (agent !== (now.agent ?? DEFAULT_AGENT)) await read(Nothing, this.#sdk.v2.session.switchAgent({ sessionID, agent }, limit));
  }

  async #send(
    { directory, sessionId }: SessionPlace,
    { promptId, handover, text, attachments = [] }: PromptBody,
    delivery: "queue" | "steer",
  ): Promise<void> {
    const images = attachments.filter((file) => file.how === "image");
    const files = images.map(({ name, type, content }) => ({ uri: toDataUrl(type, content), name }));
    const asked = { text: withHandover(handover, withTexts(text, attachments)), ...(files.length === 0 ? {} : { files }) };
    const prompt = this.dialect.prompt === "nested" ? { prompt: asked } : asked;
    const body = { ...(promptId === undefined ? {} : { id: promptId }), ...prompt, delivery };
    await this.#request(Nothing, { ...this.#post(directory, `/api/session/${encodeURIComponent(sessionId)}/prompt`), body });
  }

  async #readInfo({ directory, sessionId }: SessionPlace): Promise<Info> {
    return (await read(One, this.#sdk.v2.session.get({ sessionID: sessionId }, this.#within(REQUEST_LIMIT_MS, directory)))).data;
  }

  async #readActive(): Promise<ReadonlySet<string>> {
    return new Set(Object.keys((await read(Active, this.#sdk.v2.session.active(this.#within(LIST_LIMIT_MS)))).data));
  }

  #post(directory: string, path: string) {
    return { method: "POST" as const, path, directory, limitMs: REQUEST_LIMIT_MS };
  }

  #within(limitMs: number, directory?: string) {
    const headers = directory === undefined ? {} : { "x-opencode-directory": encodeURIComponent(directory) };
    return { fetch: toOpencodeFetch(this.address, { limitMs }), headers };
  }
}

const formsOf = (sessionId: string) => `/api/session/${encodeURIComponent(sessionId)}/form`;

function toSession({ id, parentID, title, location }: Info): WireSession {
  return { id, directory: location.directory, ...(parentID === undefined ? {} : { parentID }), ...(title === undefined ? {} : { title }) };
}
