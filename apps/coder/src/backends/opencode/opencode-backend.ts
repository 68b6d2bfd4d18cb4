import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentModel } from "@boocode/shared/agents/agent";
import { AgentId } from "@boocode/shared/ids";
import type { AgentSelf } from "@boocode/shared/agents/learning/learned-agent";
import { limitModels } from "@boocode/shared/agents/learning/limit-learned";
import { describeRemoved } from "@boocode/shared/settings/removed-endpoints";
import { systemTime, type Time } from "../../platform/time.ts";
import type {
  AgentBackend,
  AgentConversation,
  AgentDetails,
  BackendLogger,
  LearnInput,
  ModelEndpoint,
  OpenAgentInput,
  RestartBreaker,
  SharedPrograms,
} from "@boocode/shared/agents/agent-backend";
import { findOwnConfig } from "./server/find-own-config.ts";
import { openConversation } from "./open-conversation.ts";
import { OpencodeServers, type ServerCommand } from "./server/opencode-servers.ts";
import type { ProviderList } from "./wire/opencode-wire.ts";
import type { ServerGeneration } from "./server/server-generation.ts";
import { ModelRemoved } from "./turn/turn-ports.ts";

/** It tells by itself where a model takes no images. */
const TAKES = { images: null, paths: true };

export interface OpencodeBackendOptions {
  /** Finds the program, the arguments before `serve` and extra environment variables; null if it is not installed. Called for every chat. */
  findCommand(): Promise<ServerCommand | null>;
  /** Returns the endpoints offered to opencode now as providers, under their ids; the same array until they change. */
  endpoints(): readonly ModelEndpoint[];
  /** Whether an endpoint with this id was removed. */
  isRemoved(endpointId: string): boolean;
  /** The model used if none is chosen. If this is empty too, opencode chooses. */
  defaultModel: string;
  breaker: RestartBreaker;
  /** The working directory of servers: a folder with no project files. */
  cwd: string;
  logger: BackendLogger;
  time?: Pick<Time, "after" | "elapsedMs">;
  /** Shared servers, which their owner closes. Without them the backend creates its own. */
  servers?: OpencodeServers;
  /** How long the program may take to report its version. Default 20,000 ms. */
  versionLimitMs?: number;
  /** How long a server may take to get ready. Default 45,000 ms. */
  readyLimitMs?: number;
  /** How long a turn may be silent before opencode is asked for its state. Default 180,000 ms. */
  silenceMs?: number;
  /** How long a stop may take before the turn is ended without opencode's confirmation. Default 6,000 ms. */
  fenceMs?: number;
  /** How long opencode may take to open a folder. Default 45,000 ms. */
  openLimitMs?: number;
  /** How long a server without chats is kept after it was last needed: as long as an idle chat is kept. Default 600,000 ms. */
  idleMs?: number;
}

const PLAIN_ENDPOINT = "default";
const OPENCODE = AgentId.parse("opencode");

/** Drives opencode: one warm server for all chats, with one opencode session per chat. A server is started only when it is first needed. */
export class OpencodeBackend implements AgentBackend {
  readonly kind = "opencode";
  readonly #options: OpencodeBackendOptions;
  readonly #servers: OpencodeServers;
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #conversations = new Set<AgentConversation>();
  /** The providers that the server listed last; empty until one has. */
  #providers: ProviderList["providers"] = [];
  /** Models that a server listed in an earlier run of the daemon. */
  #recalled: readonly AgentModel[] = [];
  #listing: Promise<void> = Promise.resolve();

  constructor(options: OpencodeBackendOptions) {
    this.#options = options;
    this.#time = options.time ?? systemTime;
    this.#servers = options.servers ?? makeServers(options);
  }

  async open(opened: OpenAgentInput): Promise<AgentConversation> {
    const { logger, silenceMs = 180_000, fenceMs = 6_000, openLimitMs = 45_000 } = this.#options;
    if (!opened.projectTrusted && (await findOwnConfig(opened.worktreePath)) !== null) {
      throw new DomainError({ kind: "project_not_trusted", agent: opened.agent });
    }
    const generation = await this.#servers.take(opened.env);
    await this.#servers.notePorts(opened.worktreePath, opened.env);
    const conversation = await openConversation(
      {
        generation,
        time: this.#time,
        logger,
        directory: opened.worktreePath,
        env: opened.env,
        projectTrusted: opened.projectTrusted,
        silenceMs,
        fenceMs,
        openLimitMs,
        now: Date.now,
        takesImages: (wanted) => this.#takesImages(wanted || this.#options.defaultModel),
        toModel: (wanted) => this.#toModel(wanted || this.#options.defaultModel),
        takeNext: () => this.#servers.take(opened.env),
        findScriptedModel: () => this.#findScriptedModel(),
      },
      opened.resume,
    ).catch((error: unknown) => {
      throw new DomainError({ kind: "agent_unavailable", agent: opened.agent, hint: (error as Error).message }, { cause: error });
    });
    this.#conversations.add(conversation);
    void conversation.closed.then(() => this.#conversations.delete(conversation));
    // List in the background: only a model that is not from one of our endpoints has to wait for the list.
    this.#listing = this.#readProviders(generation, opened.worktreePath);
    return conversation;
  }

  readonly shared: SharedPrograms = {
    list: () => this.#servers.running.map((server) => ({ id: server.id, agent: OPENCODE, rssBytes: () => server.rssBytes() })),
    endUnused: () => this.#servers.endUnused(),
  };

  /** Starts a server if none runs. It ends again if no chat comes. */
  async start(env: Readonly<Record<string, string>>): Promise<void> {
    (await this.#servers.prepare(env)).stayForNow();
  }

  /** Asks a server what it offers where no project is. One that was started for that ends, unless somebody needs it by now. */
  async learn({ folder, env, signal }: LearnInput): Promise<AgentSelf> {
    const running = this.#servers.current;
    const generation = running ?? (await this.#servers.prepare(env));
    try {
      return await generation.lend(async (client) => {
        const [providers, commands] = await Promise.all([generation.listProviders(folder), client.listCommands(folder)]);
        this.#providers = providers;
        const models = await this.#listOwnModels();
        return { version: generation.version, modes: [], models, takesImages: null, commands: [...commands] };
      });
    } catch (error) {
      throw new DomainError({ kind: "agent_unavailable", agent: OPENCODE, hint: (error as Error).message }, { cause: error });
    } finally {
      await generation.disposeInstance(folder);
      if (running === null && !signal.aborted) generation.drain();
      else generation.stayForNow();
    }
  }

  recallSelf({ models }: Omit<AgentSelf, "commands">): void {
    if (this.#providers.length === 0) this.#recalled = limitModels(models);
  }

  /** Call it when the endpoints have changed. */
  renew(): void {
    this.#servers.renew();
  }

  /** The models of the configured endpoints and, once a server runs, those of the person's own opencode configuration. */
  async listModels(): Promise<readonly AgentModel[]> {
    const offered = await this.#servers.listOffered();
    const ours = offered.flatMap(({ endpoint, modelIds }) =>
      modelIds.map((id) => ({
        id: `${endpoint.id}/${id}`,
        label: endpoint.isScripted ? "Demo model (scripted)" : endpoint.id === PLAIN_ENDPOINT ? id : `${endpoint.id}/${id}`,
        isScripted: endpoint.isScripted,
        takesImages: false,
      })),
    );
    return [...ours, ...(await this.#listOwnModels())];
  }

  /** Models of the person's own configuration: as the server listed them last, or an earlier one did. */
  async #listOwnModels(): Promise<AgentModel[]> {
    const known = new Set((await this.#servers.listOffered()).map(({ endpoint }) => endpoint.id));
    if (this.#providers.length === 0) return this.#recalled.filter(({ id }) => !known.has(id.slice(0, id.indexOf("/"))));
    const theirs = this.#providers
      .filter(({ id }) => !known.has(id))
      .flatMap(({ id, name, models }) =>
        Object.entries(models).map(([model, { name: label, capabilities }]) => ({
          id: `${id}/${model}`,
          label: `${name || id}: ${label || model}`,
          isScripted: false,
          ...(capabilities && { takesImages: capabilities.input.image }),
        })),
      );
    return limitModels(theirs);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
    if (this.#options.servers === undefined) await this.#servers.close();
  }

  async #readProviders(generation: ServerGeneration, directory: string): Promise<void> {
    try {
      this.#providers = await generation.listProviders(directory);
    } catch (error) {
      this.#options.logger.debug({ err: error }, "opencode's models could not be listed");
    }
  }

  /** The demo model, which is free and sends nothing off the machine. */
  async #findScriptedModel(): Promise<{ providerID: string; modelID: string } | null> {
    const offered = (await this.#servers.listOffered()).find(({ endpoint, modelIds }) => endpoint.isScripted && modelIds.length > 0);
    return offered ? { providerID: offered.endpoint.id, modelID: offered.modelIds[0] as string } : null;
  }

  details(): AgentDetails {
    return { version: null, modes: [], takes: TAKES };
  }

  /** Whether a model takes images, as opencode knows; null if it is not known, or opencode chooses the model. */
  async #takesImages(wanted: string): Promise<boolean | null> {
    const model = await this.#toModel(wanted).catch(() => null);
    if (model === null) return null;
    // Models of our endpoints are declared to it as models of text.
    if (this.#options.endpoints().some(({ id }) => id === model.providerID)) return false;
    const provider = this.#providers.find(({ id }) => id === model.providerID);
    return provider?.models[model.modelID]?.capabilities?.input.image ?? null;
  }

  /** Resolves `<provider>/<model>` if there is such a provider, otherwise a model of the plain endpoint. Throws `ModelRemoved`. */
  async #toModel(wanted: string): Promise<{ providerID: string; modelID: string } | null> {
    if (wanted === "") return null;
    const slash = Math.max(wanted.indexOf("/"), 0);
    const named = { providerID: wanted.slice(0, slash), modelID: wanted.slice(slash + 1) };
    const endpoints = this.#options.endpoints();
    if (endpoints.some(({ id }) => id === named.providerID)) return named;
    // A server that started with the endpoint may still list it.
    const removed = describeRemoved(wanted, this.#options.isRemoved);
    if (removed !== null) throw new ModelRemoved(removed);
    if (!endpoints.some(({ id }) => id === PLAIN_ENDPOINT) && slash > 0) return named;
    await this.#listing;
    return this.#providers.some(({ id }) => id === named.providerID) ? named : { providerID: PLAIN_ENDPOINT, modelID: wanted };
  }
}

/** Makes the servers for a backend with these options. */
export function makeServers(options: OpencodeBackendOptions): OpencodeServers {
  const { findCommand, endpoints, breaker, cwd, logger, time = systemTime } = options;
  const { versionLimitMs = 20_000, readyLimitMs = 45_000, idleMs = 600_000 } = options;
  return new OpencodeServers({ findCommand, endpoints, breaker, cwd, logger, time, versionLimitMs, readyLimitMs, idleMs });
}
