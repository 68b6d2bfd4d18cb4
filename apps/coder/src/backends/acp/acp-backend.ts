import { isDeepStrictEqual } from "node:util";
import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentSelf } from "@boocode/shared/agents/learning/learned-agent";
import { limitModels, limitModes, limitVersion } from "@boocode/shared/agents/learning/limit-learned";
import { beginReplay } from "@boocode/shared/agents/turns/replay";
import type { AgentId, ChatId } from "@boocode/shared/ids";
import { isAnyThere } from "../../platform/files/is-any-there.ts";
import { systemTime, type Time } from "../../platform/time.ts";
import type {
  AgentBackend,
  AgentConversation,
  AgentDetails,
  BackendLogger,
  History,
  LearnInput,
  ModelEndpoint,
  OpenAgentInput,
  PromptInput,
  RestartBreaker,
} from "@boocode/shared/agents/agent-backend";
import { AcpConversation } from "./acp-conversation.ts";
import type { AcpSession } from "./acp-session.ts";
import type { OpenSessionInput } from "./opening/open-session.ts";
import { findProfile, type AgentProfile } from "./opening/agent-profiles.ts";
import { toCommandMark, toLaunch, type AgentCommand, type Launch } from "./opening/launch.ts";
import type { SessionUpdate } from "./wire/acp-wire.ts";

export interface AcpBackendOptions {
  agent: AgentId;
  /** Finds the program, the arguments before BooCode's own and extra environment variables; null if it is not installed. Called for every chat. */
  findCommand(): Promise<AgentCommand | null>;
  /** Returns the endpoints offered now to agents that can be configured by environment variables. */
  endpoints(): readonly ModelEndpoint[];
  /** Whether an endpoint with this id was removed. */
  isRemoved(endpointId: string): boolean;
  /** Lists the models that the endpoints offer now, under the ids used in prompts. */
  listEndpointModels(): Promise<readonly AgentModel[]>;
  /** The model used if none is chosen. If this is empty too, the agent chooses. */
  defaultModel: string;
  /** Top-level entries of a checkout that an unknown agent may run code from. */
  ownConfig: readonly string[];
  /** The journal of a chat. */
  history: History;
  breaker: RestartBreaker;
  /** The working directory of programs for an untrusted repository: a folder with no project files. */
  cwd: string;
  version: string;
  logger: BackendLogger;
  /** Called when the agent reported new facts about itself. */
  onLearned?(): void;
  time?: Pick<Time, "after" | "elapsedMs">;
  /** How long opening a session may take. Default 55,000 ms: shorter than the pool's limit, so that the error names the cause. */
  readyLimitMs?: number;
}

/** The most items of a chat that are read when its session is loaded again. */
const MAX_KNOWN_ITEMS = 2_000;

const MODES_UNKNOWN: Agent["modes"] = [
  { id: "own", label: "As set up", description: "The mode the agent was set up with. Its others are listed once it has run." },
];

/** Drives one agent over the Agent Client Protocol on standard input and output, with one process per chat. */
export class AcpBackend implements AgentBackend {
  readonly kind = "acp";
  readonly #options: AcpBackendOptions;
  readonly #profile: AgentProfile;
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #conversations = new Set<AgentConversation>();
  /** What processes did by themselves before they were gone, for the next process of the chat. */
  readonly #unheard = new Map<ChatId, readonly SessionUpdate[]>();
  #details: AgentDetails = { version: null, modes: MODES_UNKNOWN, takes: { images: null, paths: true } };
  /** The agent's own models, as last reported. */
  #models: readonly AgentModel[] = [];
  /** It has run in this daemon, so what is kept from earlier ones no longer counts. */
  #hasReported = false;
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
      readReplay: async ({ taskId, text }: Pick<PromptInput, "taskId" | "text">) => {
        const { history, agent } = this.#options;
        return beginReplay(await history.read(opened.chatId, taskId, MAX_KNOWN_ITEMS), agent, text);
      },
      endpoints: this.#options.endpoints,
      toLaunch: (model: string) => this.#toLaunch(model, opened.env),
      isCommandOf: (launch: Launch) => this.#isCommandOf(launch),
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

  /** Lists the endpoints' models, if the agent can use them, and the agent's own models once it has run. */
  async listModels(): Promise<readonly AgentModel[]> {
    return this.#profile.offer ? [...(await this.#options.listEndpointModels()), ...this.#models] : this.#models;
  }

  details(): AgentDetails {
    return this.#details;
  }

  async learn({ folder, env, signal }: LearnInput): Promise<AgentSelf> {
    const command = await this.#findCommand();
    const launch = await this.#toLaunch("", env);
    const { LoginRequired } = await import("./opening/open-session.ts");
    const { learnSession } = await import("./opening/learn-session.ts");
    const input = this.#toInput(command, launch, { cwd: folder, env, worktreePath: folder, resume: null });
    const { state, version, takesImages } = await learnSession(input, signal).catch((error: unknown) => {
      const { agent } = this.#options;
      if (error instanceof LoginRequired) throw new DomainError({ kind: "login_required", agent, ways: [...error.ways] });
      throw this.#unavailable((error as Error).message, error);
    });
    this.#learn({ state, takesImages }, version, launch);
    const { modes } = this.#details;
    return {
      version,
      modes: modes === MODES_UNKNOWN ? [] : modes,
      models: [...this.#models],
      takesImages,
      commands: state.commands && [...state.commands],
    };
  }

  recallSelf({ version, modes, models, takesImages }: Omit<AgentSelf, "commands">): void {
    if (this.#hasReported) return;
    this.#details = { version, modes: modes.length > 0 ? modes : MODES_UNKNOWN, takes: { images: takesImages, paths: true } };
    this.#models = models;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
  }

  async #openSession(opened: OpenAgentInput, launch: Launch, resume: string | null): Promise<AcpSession> {
    const { agent, breaker, cwd, logger } = this.#options;
    const { worktreePath, projectTrusted } = opened;
    if (!projectTrusted && (await isAnyThere(worktreePath, this.#profile.ownConfig))) {
      throw new DomainError({ kind: "project_not_trusted", agent });
    }
    const command = await this.#findCommand();
    breaker.check();
    // The protocol's SDK costs 10 MB and 50 ms, so load it only when such an agent is used.
    const { LoginRequired, openSession } = await import("./opening/open-session.ts");
    const startedAt = this.#time.elapsedMs();
    const place = { cwd: projectTrusted ? worktreePath : cwd, env: opened.env, worktreePath, resume };
    const input = this.#toInput(command, launch, place);
    const { session, version } = await openSession(input).catch((error: unknown) => {
      // The program itself works; the next prompt tries again.
      if (error instanceof LoginRequired) throw new DomainError({ kind: "login_required", agent, ways: [...error.ways] });
      breaker.died(0);
      throw this.#unavailable((error as Error).message, error);
    });
    const readyAt = this.#time.elapsedMs();
    logger.info({ pid: session.pid, agent, version, startMs: Math.round(readyAt - startedAt) }, "An ACP agent is ready");
    void session.gone.then(({ cause, evidence }) => {
      if (session.unheard.length > 0) this.#unheard.set(opened.chatId, session.unheard);
      if (session.isClosing) return;
      breaker.died(this.#time.elapsedMs() - readyAt);
      logger.warn({ pid: session.pid, agent, cause, exitCode: evidence.exitCode, signal: evidence.signal }, "An ACP agent ended by itself");
    });
    this.#learn(session, version, launch);
    session.unasked.carry(this.#unheard.get(opened.chatId) ?? []);
    this.#unheard.delete(opened.chatId);
    return session;
  }

  #toInput(
    command: AgentCommand,
    launch: Launch,
    place: Pick<OpenSessionInput, "cwd" | "env" | "worktreePath" | "resume">,
  ): OpenSessionInput {
    const { version: clientVersion, logger, readyLimitMs = 55_000 } = this.#options;
    return {
      ...place,
      argv: [...command.argv, ...launch.argv.filter((word) => !command.argv.includes(word))],
      env: { ...place.env, ...command.env, ...launch.env },
      time: this.#time,
      logger,
      clientVersion,
      login: this.#profile.login?.flatMap((word) => (word === null ? command.argv : [word])) ?? null,
      readyLimitMs,
    };
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
      command,
      profile: this.#profile,
      endpoints: this.#options.endpoints(),
      isRemoved: this.#options.isRemoved,
      listOffered: async () => (await this.#options.listEndpointModels()).map(({ id }) => id),
      ownModels: this.#models.map(({ id }) => id),
      hasOwnModel: () => this.#profile.hasOwnModel({ ...env, ...command.env }),
      defaultModel: this.#options.defaultModel,
      wanted,
    }).catch((error: unknown) => {
      throw this.#unavailable((error as Error).message, error);
    });
  }

  /** Whether a program was started with the command that counts now. One that cannot be found now, or read, is no reason to end it. */
  async #isCommandOf({ start }: Launch): Promise<boolean> {
    const command = await this.#options.findCommand().catch(() => null);
    return command === null || toCommandMark(command) === start.command;
  }

  #learn({ state, takesImages }: Pick<AcpSession, "state" | "takesImages">, version: string | null, launch: Launch): void {
    this.#hasReported = true;
    const [details, models] = [this.#details, this.#models];
    const told = version === null ? null : limitVersion(version);
    const takes = { images: takesImages, paths: true };
    if (state.modes.length > 0) {
      // List the agent's initial mode first: it applies if no mode is chosen.
      const modes = [...state.modes].sort((a, b) => Number(b.id === state.usualMode) - Number(a.id === state.usualMode));
      this.#details = { version: told, modes: limitModes(modes), takes };
    } else this.#details = { ...this.#details, version: told, takes };
    // An agent started with one of our endpoints lists only that endpoint's model.
    if (launch.start.endpoint === null) this.#models = limitModels(state.models.map(({ id, label }) => ({ id, label, isScripted: false })));
    if (!isDeepStrictEqual([details, models], [this.#details, this.#models])) this.#options.onLearned?.();
  }

  #unavailable(hint: string, cause?: unknown): DomainError {
    return new DomainError({ kind: "agent_unavailable", agent: this.#options.agent, hint }, { cause });
  }
}
