import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { beginReplay } from "@boocode/shared/agents/replay";
import type { AgentId, TaskId } from "@boocode/shared/ids";
import { systemTime, type Time } from "../../platform/time.ts";
import type {
  AgentBackend,
  AgentConversation,
  AgentDetails,
  BackendLogger,
  History,
  ModelEndpoint,
  OpenAgentInput,
  RestartBreaker,
} from "@boocode/shared/agents/agent-backend";
import { AcpConversation } from "./acp-conversation.ts";
import type { AcpSession } from "./acp-session.ts";
import { findProfile, type AgentProfile } from "./agent-profiles.ts";
import { toLaunch, type Launch } from "./launch.ts";

export interface AcpBackendOptions {
  agent: AgentId;
  /** The program with what stands before our own arguments, and more environment for it; null where it is not here. Asked for every chat. */
  findCommand(): Promise<{ argv: readonly string[]; env: Readonly<Record<string, string>> } | null>;
  /** Offered to agents that can be told by their environment. */
  endpoints: readonly ModelEndpoint[];
  /** What those offer now, under the ids that a prompt names. */
  listEndpointModels(): Promise<readonly AgentModel[]>;
  /** What an empty model means; empty: the agent's own choice. */
  defaultModel: string;
  /** What an agent that is not known may run of a checkout, by its name at the top. */
  ownConfig: readonly string[];
  /** What the journal has of a chat. */
  history: History;
  breaker: RestartBreaker;
  /** Where programs run for a repository that is not trusted: a folder with nothing of a project in it. */
  cwd: string;
  version: string;
  logger: BackendLogger;
  /** It has told of itself what it had not before. */
  onLearned?(): void;
  time?: Pick<Time, "after" | "elapsedMs">;
  /** How long it may take until a session is there. Default 55,000 ms: shorter than the pool waits, to be the one who says why. */
  readyLimitMs?: number;
}

/** Of a chat, when its session is loaded again. */
const MAX_KNOWN_ITEMS = 2_000;

const MODES_UNKNOWN: Agent["modes"] = [
  { id: "own", label: "As set up", description: "The mode the agent was set up with. Its others are listed once it has run." },
];

/** Drives one agent that speaks the Agent Client Protocol on its standard input and output: one process for each chat. */
export class AcpBackend implements AgentBackend {
  readonly kind = "acp";
  readonly #options: AcpBackendOptions;
  readonly #profile: AgentProfile;
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #conversations = new Set<AgentConversation>();
  #details: AgentDetails = { version: null, modes: MODES_UNKNOWN };
  /** Its own, as it told last. */
  #models: readonly AgentModel[] = [];
  #isClosed = false;

  constructor(options: AcpBackendOptions) {
    this.#options = options;
    this.#profile = findProfile(options.agent, options.ownConfig);
    this.#time = options.time ?? systemTime;
  }

  async open(opened: OpenAgentInput): Promise<AgentConversation> {
    const { logger } = this.#options;
    const { worktreePath: root } = opened;
    const deps = {
      time: this.#time,
      logger,
      root,
      readFailure: this.#profile.readFailure,
      readReplay: async (beforeTaskId: TaskId) => {
        const { history, agent } = this.#options;
        return beginReplay(await history.read(opened.chatId, beforeTaskId, MAX_KNOWN_ITEMS), agent);
      },
      toLaunch: (model: string) => this.#toLaunch(model, opened.env),
      openSession: (launch: Launch, resume: string | null) => this.#openSession(opened, launch, resume),
    };
    const model = opened.model ?? "";
    const launch = await deps.toLaunch(model);
    const conversation = new AcpConversation(deps, { session: await deps.openSession(launch, opened.resume), launch, model });
    this.#conversations.add(conversation);
    void conversation.closed.then(() => this.#conversations.delete(conversation));
    if (this.#isClosed) await conversation.close();
    return conversation;
  }

  /** What the configured endpoints offer, where the agent can use it, and, once it has run, its own. */
  async listModels(): Promise<readonly AgentModel[]> {
    return this.#profile.offer ? [...(await this.#options.listEndpointModels()), ...this.#models] : this.#models;
  }

  details(): AgentDetails {
    return this.#details;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
  }

  async #openSession(opened: OpenAgentInput, launch: Launch, resume: string | null): Promise<AcpSession> {
    const { agent, breaker, cwd, version: clientVersion, logger, readyLimitMs = 55_000 } = this.#options;
    const { worktreePath, projectTrusted } = opened;
    if (!projectTrusted && (await isAnyThere(worktreePath, this.#profile.ownConfig))) {
      throw new DomainError({ kind: "project_not_trusted", agent });
    }
    const command = await this.#findCommand();
    breaker.check();
    // The protocol's SDK costs 10 MB and 50 ms: only a daemon that drives such an agent has it.
    const { LoginRequired, openSession } = await import("./open-session.ts");
    const startedAt = this.#time.elapsedMs();
    const input = {
      argv: [...command.argv, ...launch.argv.filter((word) => !command.argv.includes(word))],
      cwd: projectTrusted ? worktreePath : cwd,
      env: { ...opened.env, ...command.env, ...launch.env },
      time: this.#time,
      logger,
      worktreePath,
      resume,
      clientVersion,
      readyLimitMs,
    };
    const { session, version } = await openSession(input).catch((error: unknown) => {
      // Nothing is wrong with its program, and the next prompt asks it again.
      if (error instanceof LoginRequired) throw new DomainError({ kind: "login_required", agent, ways: [...error.ways] });
      breaker.died(0);
      throw this.#unavailable((error as Error).message, error);
    });
    const readyAt = this.#time.elapsedMs();
    logger.info({ pid: session.pid, agent, version, startMs: Math.round(readyAt - startedAt) }, "An ACP agent is ready");
    void session.gone.then(({ cause, evidence }) => {
      if (session.isClosing) return;
      breaker.died(this.#time.elapsedMs() - readyAt);
      logger.warn({ pid: session.pid, agent, cause, exitCode: evidence.exitCode, signal: evidence.signal }, "An ACP agent ended by itself");
    });
    this.#learn(session, version, launch);
    return session;
  }

  async #findCommand() {
    const command = await this.#options.findCommand().catch((error: unknown) => {
      throw this.#unavailable((error as Error).message, error);
    });
    if (command === null) throw this.#unavailable("It is not installed.");
    return command;
  }

  async #toLaunch(wanted: string, env: Readonly<Record<string, string>>): Promise<Launch> {
    const command = await this.#findCommand();
    return toLaunch({
      profile: this.#profile,
      endpoints: this.#options.endpoints,
      listOffered: async () => (await this.#options.listEndpointModels()).map(({ id }) => id),
      ownModels: this.#models.map(({ id }) => id),
      hasOwnModel: () => this.#profile.hasOwnModel({ ...env, ...command.env }),
      defaultModel: this.#options.defaultModel,
      wanted,
    });
  }

  #learn({ state }: AcpSession, version: string | null, launch: Launch): void {
    const [details, models] = [this.#details, this.#models];
    if (state.modes.length > 0) {
      // The one it begins with stands first: it is what an unchosen mode means.
      const modes = [...state.modes].sort((a, b) => Number(b.id === state.usualMode) - Number(a.id === state.usualMode));
      this.#details = { version, modes };
    } else this.#details = { ...this.#details, version };
    // With one of our endpoints it has no other models than that one.
    if (launch.key === "own") this.#models = state.models.map(({ id, label }) => ({ id, label, isScripted: false }));
    if (!isDeepStrictEqual([details, models], [this.#details, this.#models])) this.#options.onLearned?.();
  }

  #unavailable(hint: string, cause?: unknown): DomainError {
    return new DomainError({ kind: "agent_unavailable", agent: this.#options.agent, hint }, { cause });
  }
}

async function isAnyThere(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    names.map((name) =>
      lstat(join(folder, name)).then(
        () => true,
        // What cannot be looked at counts as there.
        (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
      ),
    ),
  );
  return found.includes(true);
}
