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
import { openConversation } from "./opencode-conversation.ts";
import { OpencodeServers, type ServerCommand } from "./server/opencode-servers.ts";
import type { ProviderList } from "./wire/opencode-wire.ts";
import type { ServerGeneration } from "./server/server-generation.ts";

export interface OpencodeBackendOptions {
  /** The program with what stands before `serve`, and more environment for it; null where it is not installed. Asked for every chat. */
  findCommand(): Promise<ServerCommand | null>;
  /** Offered to opencode as providers, under their ids. */
  endpoints: readonly ModelEndpoint[];
  /** What an empty model means; empty: opencode's own choice. */
  defaultModel: string;
  breaker: RestartBreaker;
  /** Where servers run: a folder with nothing of a project in it. */
  cwd: string;
  logger: BackendLogger;
  time?: Pick<Time, "after" | "elapsedMs">;
  /** Servers that another one ends; without them it has its own. */
  servers?: OpencodeServers;
  /** How long a server may take until it answers. Default 45,000 ms. */
  readyLimitMs?: number;
  /** How long nothing may come of a turn before opencode is asked about it. Default 180,000 ms. */
  silenceMs?: number;
  /** How long a stop may take before the turn is over whatever opencode says. Default 6,000 ms. */
  fenceMs?: number;
  /** How long opencode may take until it has opened a folder. Default 45,000 ms. */
  openLimitMs?: number;
  /** How long a server stays after it was last needed, when no chat uses it: as long as an idle chat is kept. Default 600,000 ms. */
  idleMs?: number;
}

const PLAIN_ENDPOINT = "default";

/** Drives opencode: one warm server for all chats, a session of its own for each. Nothing is started before a chat wants it. */
export class OpencodeBackend implements AgentBackend {
  readonly kind = "opencode";
  readonly #options: OpencodeBackendOptions;
  readonly #servers: OpencodeServers;
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #conversations = new Set<AgentConversation>();
  /** As they were listed last: by the server itself, once a chat has needed it. */
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
    // Behind the chat's back: only a model that is not one of our endpoints' has to wait for it.
    this.#listing = this.#readProviders(generation, opened.worktreePath);
    return conversation;
  }

  /** Starts the server where none runs; it goes again when no chat comes. */
  async start(env: Readonly<Record<string, string>>): Promise<void> {
    (await this.#servers.prepare(env)).stayForNow();
  }

  /** What the configured endpoints offer, and, once a server runs, what the person's own opencode can use beside it. */
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

  /** A model that costs nothing and leaves the machine with nothing: the demo's. */
  async #findScriptedModel(): Promise<{ providerID: string; modelID: string } | null> {
    const offered = (await this.#servers.listOffered()).find(({ endpoint, modelIds }) => endpoint.isScripted && modelIds.length > 0);
    return offered ? { providerID: offered.endpoint.id, modelID: offered.modelIds[0] as string } : null;
  }

  /** `<provider>/<model>` where there is such a provider, else a model of the plain endpoint. */
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

/** The servers of a backend with these options. */
export function makeServers(options: OpencodeBackendOptions): OpencodeServers {
  const { findCommand, endpoints, breaker, cwd, logger, time = systemTime } = options;
  const { readyLimitMs = 45_000, idleMs = 600_000 } = options;
  return new OpencodeServers({ findCommand, endpoints, breaker, cwd, logger, time, readyLimitMs, idleMs });
}
