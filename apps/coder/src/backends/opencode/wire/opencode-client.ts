import { createOpencodeClient, type TextPartInput } from "@opencode-ai/sdk/v2/client";
import type { GivenContent } from "@boocode/shared/attachments/given-content";
import type { MentionedFile } from "@boocode/shared/agents/agent-backend";
import type { CommandCall, SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { z } from "zod";
import { toAttachedTexts, toImageParts } from "./to-attached-parts.ts";
import { toFileParts } from "./to-file-parts.ts";
import { openEventStream, type OpencodeStream, type OpenStreamInput } from "./event-stream.ts";
import type { AskFamily, EventFamily } from "./opencode-event.ts";
import { toOpencodeFetch, toUnreadable, type OpencodeAddress } from "./opencode-fetch.ts";
import { OpencodeRequestError, toRequestError } from "./opencode-request-error.ts";
import { AskList, CommandList, Health, MessageList, ProviderList, StatusMap, WireSession } from "./opencode-wire.ts";

/** The directory and opencode session of a chat. */
export interface SessionPlace {
  /** The worktree, as opencode knows it. */
  directory: string;
  sessionId: string;
}

export interface OpencodeModel {
  providerID: string;
  modelID: string;
}

export interface PromptBody {
  /** The id for the prompt's message; if absent, opencode makes one. */
  promptId?: string;
  /** Given to the model in front of the text, and not shown as the person's words. */
  handover?: string | undefined;
  text: string;
  /** The files that the text mentions. */
  files?: readonly MentionedFile[] | undefined;
  attachments?: readonly GivenContent[] | undefined;
  /** Null: opencode chooses. The same holds for the mode. */
  model: OpencodeModel | null;
  mode: string | null;
}

/** A command of opencode's own, with the words behind its name. */
export interface CommandBody extends CommandCall {
  /** The id for its message. */
  promptId: string;
  files?: readonly MentionedFile[] | undefined;
  attachments?: readonly GivenContent[] | undefined;
  model: OpencodeModel | null;
  mode: string | null;
}

/** An open permission or question, and where opencode asked it. */
export interface AskPlace extends SessionPlace {
  requestId: string;
  family: AskFamily;
}

/** The fields of an SDK result that are used here. */
export type Sent = Promise<{ data?: unknown; error?: unknown; request: Request }>;

/** How long opencode may take to answer. The first request for a directory loads its plugins. */
const REQUEST_LIMIT_MS = 60_000;
/** A command is answered when its turn is over. */
const COMMAND_LIMIT_MS = 7 * 24 * 3_600_000;
const HEALTH_LIMIT_MS = 10_000;
const LIST_LIMIT_MS = 15_000;
const LIST_PROVIDERS_LIMIT_MS = 20_000;
const DELETE_LIMIT_MS = 2_000;
const DISPOSE_LIMIT_MS = 5_000;
const MAX_MESSAGES = 200;

const Anything = z.unknown();

/** What BooCode asks of a server, whichever of opencode's interfaces it is asked through. */
export type ServerClient = Pick<OpencodeClient, keyof OpencodeClient>;

/** Sends every request to one opencode server through its SDK and parses the answers with zod. All methods throw {@link OpencodeRequestError}. */
export class OpencodeClient {
  readonly address: OpencodeAddress;
  /** The family of the stored messages. */
  readonly family: EventFamily = "parts";
  readonly #sdk: ReturnType<typeof createOpencodeClient>;

  constructor(address: OpencodeAddress) {
    this.address = address;
    this.#sdk = createOpencodeClient({ baseUrl: address.url, parseAs: "json" });
  }

  async readHealth(signal?: AbortSignal): Promise<Health> {
    return read(Health, this.#sdk.global.health(this.#within(HEALTH_LIMIT_MS, signal)));
  }

  /** Creates a session. Without a title, opencode later asks a model for one. */
  async createSession(directory: string, title?: string): Promise<WireSession> {
    return read(WireSession, this.#sdk.session.create({ directory, ...(title === undefined ? {} : { title }) }, this.#within()));
  }

  async readSession({ directory, sessionId }: SessionPlace): Promise<WireSession> {
    return read(WireSession, this.#sdk.session.get({ directory, sessionID: sessionId }, this.#within()));
  }

  async listSessions(directory: string): Promise<WireSession[]> {
    return read(WireSession.array(), this.#sdk.session.list({ directory }, this.#within()));
  }

  async deleteSession({ directory, sessionId }: SessionPlace): Promise<void> {
    await read(Anything, this.#sdk.session.delete({ directory, sessionID: sessionId }, this.#within(DELETE_LIMIT_MS)));
  }

  /** Sends a prompt. With `promptId`, sending it again has no further effect. */
  async promptAsync(place: SessionPlace, body: PromptBody): Promise<void> {
    await read(Anything, this.#sdk.session.promptAsync(toPrompt(place, body), this.#within()));
  }

  /** Sends more of what the person wants to a turn that runs. The agent has it before its next request to the model. */
  async steer(place: SessionPlace, body: PromptBody): Promise<void> {
    // opencode's loop asks the model again while there is a newer message of the person.
    await this.promptAsync(place, body);
  }

  /** Lists the commands that opencode has in a directory, skills among them. */
  async listCommands(directory: string): Promise<SlashCommand[]> {
    return read(CommandList, this.#sdk.command.list({ directory }, this.#within()));
  }

  /** Runs a command; resolves when its turn is over. */
  async runCommand({ directory, sessionId }: SessionPlace, body: CommandBody): Promise<void> {
    const { promptId, name, words, files = [], attachments = [], model, mode } = body;
    const asked = {
      directory,
      sessionID: sessionId,
      messageID: promptId,
      command: name,
      arguments: words,
      ...(files.length + attachments.length > 0
        ? { parts: [...toFileParts(promptId, files), ...toImageParts(promptId, attachments)] }
        : {}),
      ...(model ? { model: `${model.providerID}/${model.modelID}` } : {}),
      ...(mode ? { agent: mode } : {}),
    };
    await read(Anything, this.#sdk.session.command(asked, this.#within(COMMAND_LIMIT_MS)));
  }

  /** Sends a prompt; resolves when its turn is over. */
  async prompt(place: SessionPlace, body: PromptBody, signal: AbortSignal): Promise<void> {
    await read(Anything, this.#sdk.session.prompt(toPrompt(place, body), this.#within(REQUEST_LIMIT_MS, signal)));
  }

  /** Asks opencode to abort its work in a session. */
  async abort({ directory, sessionId }: SessionPlace, limitMs: number): Promise<void> {
    await read(Anything, this.#sdk.session.abort({ directory, sessionID: sessionId }, this.#within(limitMs)));
  }

  /** Lists the latest messages, oldest first. */
  async listMessages({ directory, sessionId }: SessionPlace): Promise<MessageList> {
    const wanted = { directory, sessionID: sessionId, limit: MAX_MESSAGES };
    return read(MessageList, this.#sdk.session.messages(wanted, this.#within(LIST_LIMIT_MS)));
  }

  /** Reads the status of a directory's busy sessions; an idle session may have no entry. */
  async readStatuses(directory: string): Promise<StatusMap> {
    return read(StatusMap, this.#sdk.session.status({ directory }, this.#within(LIST_LIMIT_MS)));
  }

  /** Lists a directory's open requests of one family; empty if the server does not support that family. */
  async listAsks(noun: "permission" | "question", family: AskFamily, directory: string): Promise<unknown[]> {
    const limit = this.#within(LIST_LIMIT_MS);
    if (family === "directory") return read(z.array(Anything), this.#sdk[noun].list({ directory }, limit));
    try {
      return (await read(AskList, this.#sdk.v2[noun].request.list({ location: { directory } }, limit))).data;
    } catch (error) {
      if (isNoRoute(error)) return [];
      throw error;
    }
  }

  /** Replies to a permission request. Does nothing if it is no longer open. */
  async replyPermission(place: AskPlace, reply: "once" | "always" | "reject"): Promise<void> {
    const { directory, sessionId: sessionID, requestId: requestID, family } = place;
    const sent =
      family === "directory"
        ? this.#sdk.permission.reply({ directory, requestID, reply }, this.#within())
        : this.#sdk.v2.session.permission.reply({ sessionID, requestID, reply }, this.#withinDirectory(directory));
    await unlessGone(read(Anything, sent));
  }

  /** Like {@link replyPermission}, with the labels chosen for each question. Null rejects the questions. */
  async replyQuestion(place: AskPlace, answers: string[][] | null): Promise<void> {
    const { directory, sessionId: sessionID, requestId: requestID, family } = place;
    const { question, v2 } = this.#sdk;
    if (family === "directory") {
      const sent = answers
        ? question.reply({ directory, requestID, answers }, this.#within())
        : question.reject({ directory, requestID }, this.#within());
      return unlessGone(read(Anything, sent));
    }
    const asked = { sessionID, requestID };
    const where = this.#withinDirectory(directory);
    const sent = answers
      ? v2.session.question.reply({ ...asked, questionV2Reply: { answers } }, where)
      : v2.session.question.reject(asked, where);
    await unlessGone(read(Anything, sent));
  }

  /** Lists the providers and models available in a directory. */
  async listProviders(directory: string): Promise<ProviderList["providers"]> {
    return (await read(ProviderList, this.#sdk.config.providers({ directory }, this.#within(LIST_PROVIDERS_LIMIT_MS)))).providers;
  }

  /** Disposes of a directory's instance in memory, which opencode never does by itself. Sessions are kept. */
  async disposeInstance(directory: string): Promise<void> {
    await read(Anything, this.#sdk.instance.dispose({ directory }, this.#within(DISPOSE_LIMIT_MS)));
  }

  /** Opens the event stream of a directory; see {@link openEventStream}. */
  async openStream(input: OpenStreamInput): Promise<OpencodeStream> {
    return openEventStream((options) => this.#sdk.event.subscribe({ directory: input.directory }, options), this.address, input);
  }

  #within(limitMs = REQUEST_LIMIT_MS, signal?: AbortSignal) {
    return { fetch: toOpencodeFetch(this.address, { limitMs, signal }) };
  }

  /** Adds the directory to requests that name only a session, because the server must load that directory first. */
  #withinDirectory(directory: string) {
    return { ...this.#within(), headers: { "x-opencode-directory": encodeURIComponent(directory) } };
  }
}

/** Reads the answer to a request of the SDK. Throws {@link OpencodeRequestError}. */
export async function read<T>(answer: z.ZodType<T>, sent: Sent): Promise<T> {
  const { data, error, request } = await sent.catch((cause: unknown) => {
    // The body began like JSON but is invalid.
    throw cause instanceof SyntaxError
      ? new OpencodeRequestError(200, "opencode answered with something BooCode cannot read", cause)
      : cause;
  });
  if (error !== undefined) throw toRequestError(error);
  const parsed = answer.safeParse(data);
  if (!parsed.success) throw toUnreadable(200, request.url, parsed.error);
  return parsed.data;
}

/** Waits for a request of the SDK, and takes what is no longer there for done. */
export async function unlessGone(sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: unknown) => {
    if (!(error instanceof OpencodeRequestError) || error.status !== 404) throw error;
  });
}

/** True if the server does not have this route, or answers it with its web page. */
function isNoRoute(error: unknown): boolean {
  return error instanceof OpencodeRequestError && error.status !== null && error.status < 500;
}

function toPrompt({ directory, sessionId }: SessionPlace, body: PromptBody) {
  const { promptId, handover, text, files = [], attachments = [], model, mode } = body;
  const partId = promptId?.replace(/^msg/, "prt");
  // Parts are read back in the order of their ids, and an id that is known already is not stored again.
  const toPart = (part: string, mark: string): TextPartInput => ({
    type: "text",
    text: part,
    ...(partId === undefined ? {} : { id: `${partId}${mark}` }),
  });
  // A prompt may be nothing but files, and strict servers reject an empty text.
  const toWords = (mark: string) => (text === "" && attachments.length > 0 ? [] : [toPart(text, mark)]);
  return {
    directory,
    sessionID: sessionId,
    ...(promptId === undefined ? {} : { messageID: promptId }),
    ...(model ? { model } : {}),
    ...(mode ? { agent: mode } : {}),
    parts: [
      ...(handover === undefined ? toWords("") : [{ ...toPart(handover, ""), synthetic: true }, ...toWords("1")]),
      ...toFileParts(promptId, files),
      ...toAttachedTexts(promptId, attachments),
      ...toImageParts(promptId, attachments),
    ],
  };
}
