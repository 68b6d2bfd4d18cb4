import type {
  AgentBackend,
  AgentConversation,
  AgentDetails,
  BackendLogger,
  OpenAgentInput,
  PromptInput,
  RestartBreaker,
} from "@boocode/shared/agents/agent-backend";
import type { AttachmentTakes } from "@boocode/shared/attachments/attachment";
import type { AgentModel } from "@boocode/shared/agents/agent";
import { type GivenContent, withTexts } from "@boocode/shared/attachments/given-content";
import { withHandover } from "@boocode/shared/agents/handoff/handover-frame";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import { dirname } from "node:path";
import { isAnyThere } from "../../platform/files/is-any-there.ts";
import { quoteArgv } from "../../platform/processes/quote-argv.ts";
import { systemTime, type Time } from "../../platform/time.ts";
import { listCliModes } from "./choose-cli-mode.ts";
import { CliConversation } from "./cli-conversation.ts";
import { findCliProfile, type CliProfile } from "./cli-profiles.ts";

export interface CliBackendOptions {
  agent: AgentId;
  /** Finds the program, the arguments before BooCode's own and extra environment variables; null if it is not installed. Called for every turn. */
  findCommand(): Promise<{ argv: readonly string[]; env: Readonly<Record<string, string>> } | null>;
  /** Top-level entries of a checkout that an unknown program may run code from. */
  ownConfig: readonly string[];
  breaker: RestartBreaker;
  logger: BackendLogger;
  /** It is used in place of the agent's program for the protocol, which did not start: it must not do what that one would have asked for. */
  standsIn?: boolean;
  time?: Pick<Time, "after" | "elapsedMs">;
}

/** The word of a command that stands for the prompt, for a program that takes it as an argument. */
const PROMPT_WORD = "{prompt}";
/** The longest argument that Linux passes to a program, with room for its end. */
const MAX_ARGUMENT_BYTES = 128 * 1024 - 1;

/** Drives one agent by its command line, with one process per turn. */
export class CliBackend implements AgentBackend {
  readonly kind = "cli";
  readonly #options: CliBackendOptions;
  readonly #profile: CliProfile;
  readonly #time: Pick<Time, "after" | "elapsedMs">;
  readonly #conversations = new Set<AgentConversation>();
  #isClosed = false;

  constructor(options: CliBackendOptions) {
    this.#options = options;
    this.#profile = findCliProfile(options.agent, options.ownConfig);
    this.#time = options.time ?? systemTime;
  }

  async open(opened: OpenAgentInput): Promise<AgentConversation> {
    const { logger, breaker } = this.#options;
    await this.#requireTrust(opened);
    await this.#findCommand();
    const conversation = new CliConversation({
      profile: this.#profile,
      time: this.#time,
      logger,
      root: opened.worktreePath,
      toStart: (prompt, choice) => this.#toStart(opened, prompt, choice),
      died: (livedMs) => breaker.died(livedMs),
      resume: opened.resume,
      news: opened.news ?? null,
      standsIn: this.#options.standsIn ?? false,
      takes: this.#takes,
    });
    this.#conversations.add(conversation);
    void conversation.closed.then(() => this.#conversations.delete(conversation));
    if (this.#isClosed) await conversation.close();
    return conversation;
  }

  async listModels(): Promise<readonly AgentModel[]> {
    return this.#profile.models;
  }

  get #takes(): AttachmentTakes {
    return { images: this.#profile.takesImages, paths: true };
  }

  details(): AgentDetails {
    return { version: null, modes: listCliModes(this.#profile, this.#options.standsIn ?? false), takes: this.#takes };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
  }

  async #toStart(
    opened: OpenAgentInput,
    { text: asked, handover, model, attachments = [] }: Pick<PromptInput, "text" | "handover" | "model" | "attachments">,
    { resume, mode }: { resume: string | null; mode: string },
  ) {
    // An agent may have written such a file in an earlier turn.
    await this.#requireTrust(opened);
    const command = await this.#findCommand();
    this.#options.breaker.check();
    const { toArgv, login } = this.#profile;
    const argv = [...command.argv, ...toArgv({ resume, model, mode, isTrusted: opened.projectTrusted, ...toPlaces(attachments) })];
    const text = withHandover(handover, withTexts(asked, attachments));
    const isArgument = argv.includes(PROMPT_WORD);
    const bytes = Buffer.byteLength(text);
    if (isArgument && bytes > MAX_ARGUMENT_BYTES) {
      throw this.#unavailable(
        `The prompt has ${Math.ceil(bytes / 1024)} KB. This agent takes it as an argument, which can have 128 KB; without ${PROMPT_WORD} in its command it gets the prompt by standard input.`,
      );
    }
    const line = login === null ? "" : `Run ${quoteArgv([...command.argv, ...login.argv])} in a terminal`;
    return {
      argv: argv.map((word) => (word === PROMPT_WORD ? text : word)),
      stdin: isArgument ? "" : text,
      env: { ...opened.env, ...command.env },
      loginLine: login?.then === undefined ? line : `${line} and enter ${login.then}`,
    };
  }

  async #requireTrust({ projectTrusted, worktreePath }: OpenAgentInput): Promise<void> {
    const { agent } = this.#options;
    if (!projectTrusted && (await isAnyThere(worktreePath, this.#profile.ownConfig))) {
      throw new DomainError({ kind: "project_not_trusted", agent });
    }
  }

  async #findCommand() {
    const command = await this.#options.findCommand().catch((error: unknown) => {
      throw this.#unavailable((error as Error).message, error);
    });
    if (command === null) throw this.#unavailable("It is not installed.");
    return command;
  }

  #unavailable(hint: string, cause?: unknown): DomainError {
    return new DomainError({ kind: "agent_unavailable", agent: this.#options.agent, hint }, { cause });
  }
}

/** Lists where the files of a prompt are, for arguments that name them. */
function toPlaces(attachments: readonly GivenContent[]): { images: string[]; folders: string[] } {
  const paths = attachments.flatMap((file) => ("path" in file && file.path !== null ? [file.path] : []));
  const images = attachments.flatMap((file) => (file.how === "image" && file.path !== null ? [file.path] : []));
  return { images, folders: [...new Set(paths.map((path) => dirname(path)))] };
}
