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
  /** Finds the program, the arguments before `serve` and extra environment variables; null if it is not installed. */
  findCommand(): Promise<ServerCommand | null>;
  endpoints: readonly ModelEndpoint[];
  breaker: RestartBreaker;
  /** The working directory of servers: a folder with no project files. */
  cwd: string;
  readyLimitMs: number;
}

interface Start {
  key: string;
  lane: Lane;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** True if a prompt is waiting for it now. */
  isWanted: boolean;
}

/** The servers with the same settings for their own git. Of one lane, only the newest takes new chats. */
interface Lane {
  newest: ServerGeneration | null;
  starting: { key: string; generation: Promise<ServerGeneration> } | null;
}

/** How long to wait before another warm-up after one failed. */
const PREPARE_AGAIN_MS = 60_000;
/** How long an endpoint's model list is cached: longer than a person takes to send a second prompt. */
const OFFER_FOR_MS = 60_000;
const MARKER = /^BOOCODE_/;
/** What restricts git in untrusted projects; see `Git.guardVariables`. */
const GIT_GUARD = /^GIT_/;

/**
 * Keeps one warm server for the current configuration, and servers with earlier configurations until their last turn ends. Chats in
 * untrusted projects have servers of their own, one for each set of restrictions on git, because a server's git has those of its start.
 */
export class OpencodeServers {
  readonly #deps: ServersDeps;
  readonly #all = new Set<ServerGeneration>();
  readonly #known = new Map<string, readonly string[]>();
  readonly #lanes = new Map<string, Lane>();
  #offer: { offered: Promise<OfferedEndpoint[]>; until: number } | null = null;
  /** When a warm-up last failed before any prompt needed it. */
  #failedUnusedAt: number | null = null;
  #isClosed = false;

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  /** The server that takes new chats in trusted projects, or null if none runs. */
  get current(): ServerGeneration | null {
    return toOpen(this.#laneOf({}));
  }

  /** Lists the models that the configured endpoints offer now. An endpoint that is down keeps its last known models. */
  async listOffered(): Promise<OfferedEndpoint[]> {
    if (!this.#offer || this.#deps.time.elapsedMs() > this.#offer.until) {
      this.#offer = { offered: this.#readOffer(), until: this.#deps.time.elapsedMs() + OFFER_FOR_MS };
    }
    return this.#offer.offered;
  }

  /**
   * Like {@link take}, but as a warm-up before any prompt. A failed start is not retried for a while and does not count as a failure of the
   * program, so a later prompt still has all its attempts.
   */
  async prepare(env: Readonly<Record<string, string>>): Promise<ServerGeneration> {
    this.#refuseSoonAgain();
    return this.#take(env, false);
  }

  /** Returns the server with the current configuration, and starts it if there is none. Throws the fault `agent_unavailable`. */
  async take(env: Readonly<Record<string, string>>): Promise<ServerGeneration> {
    return this.#take(env, true);
  }

  async #take(env: Readonly<Record<string, string>>, isWanted: boolean): Promise<ServerGeneration> {
    const [command, offered] = await Promise.all([this.#findCommand(), this.listOffered()]);
    if (this.#isClosed) throw new DomainError({ kind: "shutting_down" });
    if (command === null) throw unavailable("It is not installed.");
    // Remove the chat's mark: all chats share one server. With the mark, each chat would need its own server, and commands would count as
    // the first chat's.
    const { [WORK_MARKER]: _, ...shared } = env;
    const whole = { ...shared, ...command.env, OPENCODE_CONFIG_CONTENT: JSON.stringify(toServerConfig(offered)) };
    const key = toKey(command.argv, whole);
    const lane = this.#laneOf(whole);
    const open = toOpen(lane);
    if (open?.key === key) return open;
    if (lane.starting?.key === key) return lane.starting.generation;
    // Another start may have failed while this one looked for the command.
    if (!isWanted) this.#refuseSoonAgain();
    open?.drain();
    const starting = { key, generation: this.#start({ key, lane, argv: command.argv, env: whole, isWanted }) };
    lane.starting = starting;
    const isOver = () => {
      if (lane.starting === starting) lane.starting = null;
    };
    starting.generation.then(isOver, isOver);
    return starting.generation;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#lanes.values()].flatMap(({ starting }) => starting?.generation ?? []));
    await Promise.all([...this.#all].map((generation) => generation.close()));
  }

  async #findCommand(): Promise<ServerCommand | null> {
    try {
      return await this.#deps.findCommand();
    } catch (error) {
      throw unavailable((error as Error).message, error);
    }
  }

  async #start({ key, lane, argv, env, isWanted }: Start): Promise<ServerGeneration> {
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
      if (generation.isClosing) return logger.info({ ...server.identity }, "opencode was ended");
      this.#noteDeath(this.#deps.time.elapsedMs() - readyAt, generation.wasUsed);
      logger.warn({ ...server.identity, exitCode, signal }, "opencode ended by itself");
    });
    if (this.#isClosed) await generation.close();
    lane.newest = generation;
    return generation;
  }

  #laneOf(env: Readonly<Record<string, string>>): Lane {
    const guards = Object.entries(env).filter(([name]) => GIT_GUARD.test(name));
    const name = JSON.stringify(guards.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    // A lane whose servers are gone is forgotten, so that restrictions that change leave nothing behind.
    for (const [other, { newest, starting }] of this.#lanes)
      if (other !== name && starting === null && (newest === null || !this.#all.has(newest))) this.#lanes.delete(other);
    const lane = this.#lanes.get(name) ?? { newest: null, starting: null };
    this.#lanes.set(name, lane);
    return lane;
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

const toOpen = ({ newest }: Lane) => (newest?.isOpen ? newest : null);

function unavailable(hint: string, cause?: unknown): DomainError {
  return new DomainError({ kind: "agent_unavailable", agent: AgentId.parse("opencode"), hint }, { cause });
}

/** Makes the key that identifies a server's configuration, without the daemon's marks, which differ per daemon start. */
function toKey(command: readonly string[], env: Readonly<Record<string, string>>): string {
  const entries = Object.entries(env)
    .filter(([name]) => !MARKER.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([command, entries]))
    .digest("hex");
}
