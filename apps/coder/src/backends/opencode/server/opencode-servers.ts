import { createHash } from "node:crypto";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import type { ModelEndpoint, RestartBreaker } from "@boocode/shared/agents/agent-backend";
import { WORK_MARKER } from "../../../platform/processes/work-mark.ts";
import { listEndpointModels } from "./list-endpoint-models.ts";
import { startOpencodeServer, type OpencodeServer } from "./opencode-server.ts";
import { ServerGeneration, type GenerationDeps } from "./server-generation.ts";
import { toServerConfig, type OfferedEndpoint } from "./server-config.ts";

export interface ServerCommand {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface ServersDeps extends GenerationDeps {
  /** The program with what stands before `serve`, and more environment for it; null: it is not here. */
  findCommand(): Promise<ServerCommand | null>;
  endpoints: readonly ModelEndpoint[];
  breaker: RestartBreaker;
  /** Where servers run: a folder with nothing of a project in it. */
  cwd: string;
  readyLimitMs: number;
}

interface Start {
  key: string;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Somebody waits for it now. */
  isWanted: boolean;
}

/** How long it is not tried again to get ready what failed. */
const PREPARE_AGAIN_MS = 60_000;
/** How long a list of an endpoint's models is good: longer than a person takes to send a second prompt. */
const OFFER_FOR_MS = 60_000;
const MARKER = /^BOOCODE_/;

/** Keeps one warm server for the configuration there is now, and those of earlier ones until their last turn is over. */
export class OpencodeServers {
  readonly #deps: ServersDeps;
  readonly #all = new Set<ServerGeneration>();
  readonly #known = new Map<string, readonly string[]>();
  #newest: ServerGeneration | null = null;
  #starting: { key: string; generation: Promise<ServerGeneration> } | null = null;
  #offer: { offered: Promise<OfferedEndpoint[]>; until: number } | null = null;
  /** When a server that nobody had asked for yet failed. */
  #failedUnusedAt: number | null = null;
  #isClosed = false;

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  /** The one that takes new chats, or null where none runs. */
  get current(): ServerGeneration | null {
    return this.#newest?.isOpen ? this.#newest : null;
  }

  /** What the configured endpoints offer now. One that is down offers what it did when it was up. */
  async listOffered(): Promise<OfferedEndpoint[]> {
    if (!this.#offer || this.#deps.time.elapsedMs() > this.#offer.until) {
      this.#offer = { offered: this.#readOffer(), until: this.#deps.time.elapsedMs() + OFFER_FOR_MS };
    }
    return this.#offer.offered;
  }

  /**
   * As {@link take}, for a prompt that may never come: a start that fails is not tried again for a while, and is not held against the
   * program, so that the prompt itself still has all its tries.
   */
  async prepare(env: Readonly<Record<string, string>>): Promise<ServerGeneration> {
    this.#refuseSoonAgain();
    return this.#take(env, false);
  }

  /** A server with the configuration of now; started where there is none. Throws the fault `agent_unavailable`. */
  async take(env: Readonly<Record<string, string>>): Promise<ServerGeneration> {
    return this.#take(env, true);
  }

  async #take(env: Readonly<Record<string, string>>, isWanted: boolean): Promise<ServerGeneration> {
    const [command, offered] = await Promise.all([this.#findCommand(), this.listOffered()]);
    if (this.#isClosed) throw new DomainError({ kind: "shutting_down" });
    if (command === null) throw unavailable("It is not installed.");
    // One server works for all chats: the mark of one would make it another server, and its commands that one's.
    const { [WORK_MARKER]: _, ...shared } = env;
    const whole = { ...shared, ...command.env, OPENCODE_CONFIG_CONTENT: JSON.stringify(toServerConfig(offered)) };
    const key = toKey(command.argv, whole);
    if (this.current?.key === key) return this.current;
    if (this.#starting?.key === key) return this.#starting.generation;
    // Another may have failed while this one looked for the command.
    if (!isWanted) this.#refuseSoonAgain();
    this.current?.drain();
    const starting = { key, generation: this.#start({ key, argv: command.argv, env: whole, isWanted }) };
    this.#starting = starting;
    const isOver = () => {
      if (this.#starting === starting) this.#starting = null;
    };
    starting.generation.then(isOver, isOver);
    return starting.generation;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#starting?.generation.catch(() => {});
    await Promise.all([...this.#all].map((generation) => generation.close()));
  }

  async #findCommand(): Promise<ServerCommand | null> {
    try {
      return await this.#deps.findCommand();
    } catch (error) {
      throw unavailable((error as Error).message, error);
    }
  }

  async #start({ key, argv, env, isWanted }: Start): Promise<ServerGeneration> {
    const { breaker, cwd, readyLimitMs, logger, endpoints } = this.#deps;
    const secrets = endpoints.flatMap(({ apiKey }) => apiKey ?? []);
    breaker.check();
    const startedAt = this.#deps.time.elapsedMs();
    let server: OpencodeServer;
    try {
      server = await startOpencodeServer({ command: argv, cwd, env, readyLimitMs, secrets });
    } catch (error) {
      this.#noteDeath(0, isWanted);
      throw unavailable((error as Error).message, error);
    }
    const readyAt = this.#deps.time.elapsedMs();
    logger.info({ ...server.identity, version: server.version, startMs: Math.round(readyAt - startedAt) }, "opencode serves");
    const generation = new ServerGeneration(key, server, this.#deps);
    this.#all.add(generation);
    void server.exited.then(({ exitCode, signal }) => {
      this.#all.delete(generation);
      if (generation.isClosing) return logger.info({ ...server.identity }, "opencode is ended");
      this.#noteDeath(this.#deps.time.elapsedMs() - readyAt, generation.wasUsed);
      logger.warn({ ...server.identity, exitCode, signal }, "opencode ended by itself");
    });
    if (this.#isClosed) await generation.close();
    this.#newest = generation;
    return generation;
  }

  #refuseSoonAgain(): void {
    const { time } = this.#deps;
    if (this.#failedUnusedAt !== null && time.elapsedMs() - this.#failedUnusedAt < PREPARE_AGAIN_MS)
      throw unavailable("It did not start a moment ago.");
  }

  #noteDeath(livedMs: number, wasUsed: boolean): void {
    if (wasUsed) this.#deps.breaker.died(livedMs);
    else this.#failedUnusedAt = this.#deps.time.elapsedMs();
  }

  async #readOffer(): Promise<OfferedEndpoint[]> {
    return Promise.all(
      this.#deps.endpoints.map(async (endpoint) => {
        const listed = await listEndpointModels(endpoint);
        if (listed) this.#known.set(endpoint.id, listed);
        return { endpoint, modelIds: this.#known.get(endpoint.id) ?? [] };
      }),
    );
  }
}

function unavailable(hint: string, cause?: unknown): DomainError {
  return new DomainError({ kind: "agent_unavailable", agent: AgentId.parse("opencode"), hint }, { cause });
}

/** The marks of this start of the daemon say nothing about how a server was started. */
function toKey(command: readonly string[], env: Readonly<Record<string, string>>): string {
  const entries = Object.entries(env)
    .filter(([name]) => !MARKER.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([command, entries]))
    .digest("hex");
}
