import type { AgentModel } from "@boocode/shared/agents/agent";
import type {
  AgentBackend,
  AgentConversation,
  AgentDetails,
  BackendLogger,
  LearnInput,
  OpenAgentInput,
} from "@boocode/shared/agents/agent-backend";
import type { AgentSelf } from "@boocode/shared/agents/learning/learned-agent";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId } from "@boocode/shared/ids";
import { pause, type Time } from "../platform/time.ts";
import type { AgentWays } from "./find-command.ts";

export interface EitherBackendDeps {
  agent: AgentId;
  /** Drives it over the Agent Client Protocol. */
  protocol: AgentBackend;
  /** Drives it by its command line, where that is all there is. */
  commandLine: AgentBackend;
  /** Drives it by its command line in place of the protocol's program, which did not start. It may do no more than that one without asking. */
  standIn: AgentBackend;
  /** Finds the programs that are there now. */
  findWays(): Promise<AgentWays>;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** Called when the other way is used from now on. */
  onLearned(): void;
}

/** How long the protocol's program may take to get ready where there is a command line. */
const READY_LIMIT_MS = 20_000;
/** How long the command line is used after that program did not start. */
const AVOIDED_MS = 10 * 60_000;

/** Drives an agent over the protocol where its program for that starts, else by its command line where it has one. */
export class EitherBackend implements AgentBackend {
  readonly #deps: EitherBackendDeps;
  /** That the protocol's program did not start: when, on the monotonic clock, why, and the chats that were told. Null if it did. */
  #failure: { at: number; reason: string; told: Set<ChatId> } | null = null;
  #way: "protocol" | "commandLine" | "standIn" = "protocol";

  constructor(deps: EitherBackendDeps) {
    this.#deps = deps;
  }

  /** The way that was found or used last. */
  get kind(): "acp" | "cli" {
    return this.#way === "protocol" ? "acp" : "cli";
  }

  async open(opened: OpenAgentInput): Promise<AgentConversation> {
    const { agent, logger } = this.#deps;
    const ways = await this.#findWays(agent);
    this.#choose(ways);
    if (this.#way === "standIn") return this.#openStandIn(opened);
    if (this.#way !== "protocol" || ways.cli === null) return this.#current.open(opened);
    const refused = await this.#openInTime(opened);
    if (refused.kind === "opened") {
      this.#failure = null;
      return refused.conversation;
    }
    logger.warn(
      { agent, reason: refused.reason },
      "An agent is driven by its command line, because its program for the protocol did not start",
    );
    this.#failure = { at: this.#deps.time.elapsedMs(), reason: refused.reason, told: new Set() };
    this.#choose(ways);
    return this.#openStandIn(opened);
  }

  /** Opens a conversation by the command line in place of the protocol's program, and tells each chat once that it does. */
  #openStandIn(opened: OpenAgentInput): Promise<AgentConversation> {
    const { reason, told } = this.#failure!;
    if (told.has(opened.chatId)) return this.#current.open(opened);
    told.add(opened.chatId);
    const news =
      `The agent's program for the Agent Client Protocol did not start, so its command line is used, on which it cannot ask you: the mode decides what it may do. ${reason}`.trim();
    return this.#current.open({ ...opened, news });
  }

  async listModels(): Promise<readonly AgentModel[]> {
    const ways = await this.#deps.findWays().catch(() => null);
    if (ways) this.#choose(ways);
    return this.#current.listModels();
  }

  details(): AgentDetails {
    return this.#current.details?.() ?? { version: null, modes: [] };
  }

  /** Asks it over the protocol: its command line has nothing to say without a prompt. */
  async learn(input: LearnInput): Promise<AgentSelf> {
    const { agent, protocol } = this.#deps;
    if (!protocol.learn) throw new DomainError({ kind: "agent_unavailable", agent, hint: "It cannot be asked." });
    return protocol.learn(input);
  }

  recallSelf(self: Omit<AgentSelf, "commands">): void {
    this.#deps.protocol.recallSelf?.(self);
  }

  /** Tries the protocol again from now on, because a person asked for it. */
  reset(): void {
    this.#failure = null;
  }

  async close(): Promise<void> {
    const { protocol, commandLine, standIn } = this.#deps;
    await Promise.all([protocol, commandLine, standIn].map((backend) => backend.close()));
  }

  get #current(): AgentBackend {
    return this.#deps[this.#way];
  }

  #choose({ acp, cli }: AgentWays): void {
    const before = this.#way;
    const isAvoided = this.#failure !== null && this.#deps.time.elapsedMs() - this.#failure.at < AVOIDED_MS;
    if (cli !== null && acp === null) this.#way = "commandLine";
    else this.#way = cli !== null && isAvoided ? "standIn" : "protocol";
    if (this.#way !== before) this.#deps.onLearned();
  }

  async #findWays(agent: AgentId): Promise<AgentWays> {
    return this.#deps.findWays().catch((error: unknown) => {
      throw new DomainError({ kind: "agent_unavailable", agent, hint: (error as Error).message }, { cause: error });
    });
  }

  /** Opens a conversation over the protocol, or says why that did not work. One that opens too late is closed. */
  async #openInTime(
    opened: OpenAgentInput,
  ): Promise<{ kind: "opened"; conversation: AgentConversation } | { kind: "refused"; reason: string }> {
    let isLate = false;
    const late = pause(this.#deps.time, READY_LIMIT_MS).then(() => {
      isLate = true;
      return { kind: "refused" as const, reason: `It was not ready within ${READY_LIMIT_MS / 1_000} s.` };
    });
    const opening = this.#deps.protocol.open(opened).then(
      (conversation) => {
        if (isLate) void conversation.close();
        return { kind: "opened" as const, conversation };
      },
      (error: unknown) => {
        // A login or trust that is missing is missing on the command line too.
        if (isLate || (error instanceof DomainError && error.fault.kind === "agent_unavailable")) {
          return {
            kind: "refused" as const,
            reason: error instanceof DomainError && error.fault.kind === "agent_unavailable" ? error.fault.hint : "",
          };
        }
        throw error;
      },
    );
    return Promise.race([opening, late]);
  }
}
