import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentModel } from "@boocode/shared/agents/agent";
import { systemTime, type Time } from "../../platform/time.ts";
import type {
  AgentBackend,
  AgentConversation,
  BackendLogger,
  ModelEndpoint,
  OpenAgentInput,
  RestartBreaker,
} from "@boocode/shared/agents/agent-backend";
import { findOwnConfig } from "./server/find-own-config.ts";
import { openConversation } from "./open-conversation.ts";
import { OpencodeServers, type ServerCommand } from "./server/opencode-servers.ts";
import type { ProviderList } from "./wire/opencode-wire.ts";
import type { ServerGeneration } from "./server/server-generation.ts";

export interface OpencodeBackendOptions {
  /** Finds the program, the arguments before `serve` and extra environment variables; null if it is not installed. Called for every chat. */
  findCommand(): Promise<ServerCommand | null>;
  /** The endpoints offered to opencode as providers, under their ids. */
  endpoints: readonly ModelEndpoint[];
  /** The model used if none is chosen. If this is empty too, opencode chooses. */
  defaultModel: string;
  breaker: RestartBreaker;
  /** The working directory of servers: a folder with no project files. */
  cwd: string;
  logger: BackendLogger;
  time?: Pick<Time, "after" | "elapsedMs">;
  /** Shared servers, which their owner closes. Without them the backend creates its own. */
  servers?: OpencodeServers;
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

/** Drives opencode: one warm server for all chats, with one opencode session per chat. A server is started only when it is first needed. */
export class OpencodeBackend implements AgentBackend {
  readonly kind = "opencode";
  readonly #options: OpencodeBackendOptions;
  readonly #servers: OpencodeServers;
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #conversations = new Set<AgentConversation>();
  /** The providers that the server listed last; empty until a chat has started one. */
  #providers: ProviderList["providers"] = [];
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
    const conversation = await openConversation(
      {
        generation,
        time: this.#time,
        logger,
        directory: opened.worktreePath,
        silenceMs,
        fenceMs,
        openLimitMs,
        now: Date.now,
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

  /** Starts a server if none runs. It ends again if no chat comes. */
  async start(env: Readonly<Record<string, string>>): Promise<void> {
    (await this.#servers.prepare(env)).stayForNow();
  }

  /** The models of the configured endpoints and, once a server runs, those of the person's own opencode configuration. */
  async listModels(): Promise<readonly AgentModel[]> {
    const offered = await this.#servers.listOffered();
    const ours = offered.flatMap(({ endpoint, modelIds }) =>
      modelIds.map((id) => ({
        id: `${endpoint.id}/${id}`,
        label: endpoint.isScripted ? "Demo model (scripted)" : endpoint.id === PLAIN_ENDPOINT ? id : `${endpoint.id}/${id}`,
        isScripted: endpoint.isScripted,
      })),
    );
    const known = new Set(offered.map(({ endpoint }) => endpoint.id));
    const theirs = this.#providers
      .filter(({ id }) => !known.has(id))
      .flatMap(({ id, name, models }) =>
        Object.entries(models).map(([model, { name: label }]) => ({
          id: `${id}/${model}`,
          label: `${name || id}: ${label || model}`,
          isScripted: false,
        })),
      );
    return [...ours, ...theirs];
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

  /** Resolves `<provider>/<model>` if there is such a provider, otherwise a model of the plain endpoint. */
  async #toModel(wanted: string): Promise<{ providerID: string; modelID: string } | null> {
    if (wanted === "") return null;
    const slash = Math.max(wanted.indexOf("/"), 0);
    const named = { providerID: wanted.slice(0, slash), modelID: wanted.slice(slash + 1) };
    const { endpoints } = this.#options;
    if (endpoints.some(({ id }) => id === named.providerID)) return named;
    if (!endpoints.some(({ id }) => id === PLAIN_ENDPOINT) && slash > 0) return named;
    await this.#listing;
    return this.#providers.some(({ id }) => id === named.providerID) ? named : { providerID: PLAIN_ENDPOINT, modelID: wanted };
  }
}

/** Makes the servers for a backend with these options. */
export function makeServers(options: OpencodeBackendOptions): OpencodeServers {
  const { findCommand, endpoints, breaker, cwd, logger, time = systemTime } = options;
  const { readyLimitMs = 45_000, idleMs = 600_000 } = options;
  return new OpencodeServers({ findCommand, endpoints, breaker, cwd, logger, time, readyLimitMs, idleMs });
}
