import { createHash } from "node:crypto";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import { PORT_VARIABLES } from "@boocode/shared/ports/decide-port-block";
import type { ModelEndpoint, RestartBreaker } from "@boocode/shared/agents/agent-backend";
import { decideOpencodeVersion } from "@boocode/shared/agents/learning/decide-opencode-version";
import { WORK_MARKER } from "../../../platform/processes/work-mark.ts";
import { listEndpointModels } from "./list-endpoint-models.ts";
import { notePorts, sweepPortNotes } from "../folder/port-notes.ts";
import { prepareOwnData, sweepConfigs, type OwnData } from "./own-data.ts";
import { readVersion } from "./read-version.ts";
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
  /** Returns the endpoints offered now; the same array until they change. */
  endpoints(): readonly ModelEndpoint[];
  breaker: RestartBreaker;
  /** The working directory of servers: a folder with no project files. */
  cwd: string;
  /** How long the program may take to report its version, without which it is not started. */
  versionLimitMs: number;
  readyLimitMs: number;
}

interface Start {
  key: string;
  lane: Lane;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** What the person adds to it in `agents.json`. */
  chosen: Readonly<Record<string, string>>;
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
const OF_ONE_CHAT: ReadonlySet<string> = new Set([WORK_MARKER, ...PORT_VARIABLES]);
/** What restricts git in untrusted projects; see `Git.guardVariables`. */
const GIT_GUARD = /^GIT_/;

/**
 * Keeps one warm server for the current configuration, and servers with earlier configurations until their last turn ends. Chats in
 * untrusted projects have servers of their own, one for each set of restrictions on git, because a server's git has those of its start.
 */
export class OpencodeServers {
  readonly #deps: ServersDeps;
  readonly #all = new Set<ServerGeneration>();
  /** The last known models of each endpoint, by its address. */
  readonly #known = new Map<string, readonly string[]>();
  readonly #lanes = new Map<string, Lane>();
  /** The folder of opencode 2's data. */
  readonly #ownFolder: string;
  readonly #portNotes: string;
  /** Removals of configurations that are not finished. */
  readonly #clearing = new Set<Promise<void>>();
  readonly #taking = new Set<Promise<ServerGeneration>>();
  #offer: { offered: Promise<OfferedEndpoint[]>; endpoints: readonly ModelEndpoint[]; until: number } | null = null;
  /** When a warm-up last failed before any prompt needed it. */
  #failedUnusedAt: number | null = null;
  #isClosed = false;

  constructor(deps: ServersDeps) {
    this.#deps = deps;
    this.#ownFolder = join(deps.cwd, "opencode-2");
    this.#portNotes = join(deps.cwd, "opencode-ports");
    this.#clear(sweepConfigs(this.#ownFolder));
    this.#clear(sweepPortNotes(this.#portNotes));
  }

  /** The server that takes new chats in trusted projects, or null if none runs. */
  get current(): ServerGeneration | null {
    return toOpen(this.#laneOf({}));
  }

  /** Every server that runs. */
  get running(): readonly ServerGeneration[] {
    return [...this.#all];
  }

  /** Lists the models that the configured endpoints offer now. An endpoint that is down keeps its last known models. */
  async listOffered(): Promise<OfferedEndpoint[]> {
    const endpoints = this.#deps.endpoints();
    const isFresh = this.#offer?.endpoints === endpoints && this.#deps.time.elapsedMs() <= this.#offer.until;
    if (!this.#offer || !isFresh) {
      this.#offer = { offered: this.#readOffer(endpoints), endpoints, until: this.#deps.time.elapsedMs() + OFFER_FOR_MS };
    }
    return this.#offer.offered;
  }

  /** Call it when the endpoints have changed: each server ends with its last turn, and the next prompt starts one with the new ones. */
  renew(): void {
    for (const lane of this.#lanes.values()) toOpen(lane)?.drain();
  }

  /**
   * Like {@link take}, but as a warm-up before any prompt. A failed start is not retried for a while and does not count as a failure of the
   * program, so a later prompt still has all its attempts.
   */
  async prepare(env: Readonly<Record<string, string>>): Promise<ServerGeneration> {
    this.#refuseSoonAgain();
    return this.#noteTaking(this.#take(env, false));
  }

  /** Returns the server with the current configuration, and starts it if there is none. Throws the fault `agent_unavailable`. */
  async take(env: Readonly<Record<string, string>>): Promise<ServerGeneration> {
    return this.#noteTaking(this.#take(env, true));
  }

  /** Ends servers that no chat uses, once those that are starting have started. Nothing new must be started meanwhile. */
  async endUnused(): Promise<void> {
    await Promise.allSettled(this.#taking);
    await Promise.all(this.running.filter((server) => !server.isUsed).map((server) => server.close()));
  }

  #noteTaking(taking: Promise<ServerGeneration>): Promise<ServerGeneration> {
    const isOver = () => void this.#taking.delete(taking);
    this.#taking.add(taking);
    taking.then(isOver, isOver);
    return taking;
  }

  async #take(env: Readonly<Record<string, string>>, isWanted: boolean): Promise<ServerGeneration> {
    const [command, offered] = await Promise.all([this.#findCommand(), this.listOffered()]);
    if (this.#isClosed) throw new DomainError({ kind: "shutting_down" });
    if (command === null) throw unavailable("It is not installed.");
    // All chats share one server, so what differs from chat to chat is left out: with it, each chat would need a server of its own, and
    // commands would count as the first chat's.
    const shared = Object.fromEntries(Object.entries(env).filter(([name]) => !OF_ONE_CHAT.has(name)));
    const whole = {
      ...shared,
      ...command.env,
      OPENCODE_CONFIG_CONTENT: JSON.stringify(toServerConfig(offered, this.#portNotes)),
    };
    const key = toKey(command.argv, whole);
    const lane = this.#laneOf(whole);
    const open = toOpen(lane);
    if (open?.key === key) return open;
    if (lane.starting?.key === key) return lane.starting.generation;
    // Another start may have failed while this one looked for the command.
    if (!isWanted) this.#refuseSoonAgain();
    open?.drain();
    const { argv, env: chosen } = command;
    const starting = { key, generation: this.#start({ key, lane, argv, env: whole, chosen, isWanted }) };
    lane.starting = starting;
    const isOver = () => {
      if (lane.starting === starting) lane.starting = null;
    };
    starting.generation.then(isOver, isOver);
    return starting.generation;
  }

  /** Has the commands that a server runs in a worktree told the ports that this environment names. */
  async notePorts(worktree: string, env: Readonly<Record<string, string>>): Promise<void> {
    await notePorts(this.#portNotes, worktree, env).catch((error: unknown) =>
      this.#deps.logger.warn({ err: error, worktree }, "The ports of a worktree could not be noted for opencode's commands"),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#lanes.values()].flatMap(({ starting }) => starting?.generation ?? []));
    await Promise.all([...this.#all].map((generation) => generation.close().then(() => generation.exited)));
    await Promise.all(this.#clearing);
  }

  async #findCommand(): Promise<ServerCommand | null> {
    try {
      return await this.#deps.findCommand();
    } catch (error) {
      throw unavailable((error as Error).message, error);
    }
  }

  async #start({ key, lane, argv, env, chosen, isWanted }: Start): Promise<ServerGeneration> {
    const { breaker, cwd, readyLimitMs, logger, endpoints } = this.#deps;
    const secrets = endpoints().flatMap(({ apiKey }) => apiKey ?? []);
    breaker.check();
    const { version, major } = await this.#requireDriven(argv, env, isWanted);
    const startedAt = this.#deps.time.elapsedMs();
    let server: OpencodeServer;
    let own: OwnData | null = null;
    try {
      // What an earlier daemon left goes first.
      await Promise.all(this.#clearing);
      if (major !== 1) own = await prepareOwnData({ folder: this.#ownFolder, portNotes: this.#portNotes }, env, chosen);
      const api = own === null ? 1 : 2;
      server = await startOpencodeServer({ command: argv, cwd, env: own?.env ?? env, api, version, readyLimitMs, secrets });
    } catch (error) {
      if (own !== null) this.#clear(own.clear());
      this.#noteDeath(0, isWanted);
      throw unavailable((error as Error).message, error);
    }
    const readyAt = this.#deps.time.elapsedMs();
    logger.info({ ...server.identity, version: server.version, startMs: Math.round(readyAt - startedAt) }, "opencode serves");
    const generation = new ServerGeneration(key, server, this.#deps);
    this.#all.add(generation);
    void server.exited.then(({ exitCode, signal }) => {
      this.#all.delete(generation);
      if (own !== null) this.#clear(own.clear());
      if (generation.isClosing) return logger.info({ ...server.identity }, "opencode was ended");
      this.#noteDeath(this.#deps.time.elapsedMs() - readyAt, generation.wasUsed);
      logger.warn({ ...server.identity, exitCode, signal }, "opencode ended by itself");
    });
    if (this.#isClosed) await generation.close();
    lane.newest = generation;
    return generation;
  }

  /** Reads the version before anything is started, each time: the program may have been replaced. */
  async #requireDriven(argv: readonly string[], env: Readonly<Record<string, string>>, isWanted: boolean) {
    const { cwd, versionLimitMs: limitMs } = this.#deps;
    const answer = await readVersion({ command: argv, cwd, env, limitMs }).catch((error: NodeJS.ErrnoException) => {
      this.#noteDeath(0, isWanted);
      throw unavailable(`opencode could not be started: ${error.code ?? error.message}.`, error);
    });
    const verdict = decideOpencodeVersion(answer);
    if (verdict.kind === "driven") return verdict;
    // A program that fails even at this may be broken. One that is not driven is not.
    if (answer.kind === "failed" || !isWanted) this.#noteDeath(0, isWanted);
    throw unavailable(verdict.why);
  }

  #clear(removal: Promise<void>): void {
    const cleared = removal
      .catch((error: unknown) => this.#deps.logger.warn({ err: error }, "What an earlier server of opencode left could not be removed"))
      .finally(() => this.#clearing.delete(cleared));
    this.#clearing.add(cleared);
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

  async #readOffer(endpoints: readonly ModelEndpoint[]): Promise<OfferedEndpoint[]> {
    return Promise.all(
      endpoints.map(async (endpoint) => {
        const listed = await listEndpointModels(endpoint);
        if (listed) this.#known.set(endpoint.baseUrl, listed);
        return { endpoint, modelIds: this.#known.get(endpoint.baseUrl) ?? [] };
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
