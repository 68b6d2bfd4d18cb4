import type { AgentModel } from "@boocode/shared/agents/agent";
import type {
  AgentBackend,
  AgentConversation,
  BackendLogger,
  History,
  ModelEndpoint,
  OpenAgentInput,
  StagedFiles,
} from "@boocode/shared/agents/agent-backend";
import { listModels, resolveModel, type ResolvedModel } from "./model-catalog.ts";
import { loadModelSdk, type ModelSdk } from "./model-sdk.ts";
import { NativeConversation } from "./native-conversation.ts";

const STALL_MS = 120_000;
const MAX_STEPS = 60;
/** How long an endpoint's first model is cached as the default: some endpoints take a second to list models. */
const DEFAULT_MODEL_FOR_MS = 60_000;

export interface NativeBackendOptions {
  /** Endpoints in order of preference. By default, the first model of the first endpoint answers. */
  endpoints: readonly ModelEndpoint[];
  /** The default model, as in `tasks.send`; empty for none. */
  defaultModel: string;
  history: History;
  /** Where edits go in review mode. */
  staged: StagedFiles;
  /** Variables that stop git, run by a command in a folder, from running programs that its repository names. */
  gitVariables(cwd: string): Promise<Readonly<Record<string, string>>>;
  logger: BackendLogger;
  /** How long a model may send nothing before its turn ends as stalled. Default 120,000 ms. */
  stallMs?: number;
  /** How many requests to the model one turn may make. Default 60. */
  maxSteps?: number;
}

/** Drives BooCode's own agent: a loop over an OpenAI-compatible model with tools that work in the session's worktree. */
export class NativeBackend implements AgentBackend {
  readonly kind = "native";
  readonly waitsToAct = true;
  readonly #options: NativeBackendOptions;
  readonly #conversations = new Set<AgentConversation>();
  #sdk: Promise<ModelSdk> | null = null;
  #firstModel: { model: ResolvedModel; until: number } | null = null;

  constructor(options: NativeBackendOptions) {
    this.#options = options;
  }

  async open(opened: OpenAgentInput): Promise<AgentConversation> {
    const { history, staged, gitVariables, logger, stallMs = STALL_MS, maxSteps = MAX_STEPS } = this.#options;
    const conversation = new NativeConversation({
      opened,
      history,
      staged,
      gitVariables,
      loadSdk: () => (this.#sdk ??= loadModelSdk()),
      resolveModel: (wanted) => this.#resolveModel(wanted),
      stallMs,
      maxSteps,
      logger,
    });
    this.#conversations.add(conversation);
    void conversation.closed.then(() => this.#conversations.delete(conversation));
    return conversation;
  }

  async #resolveModel(wanted: string): Promise<ResolvedModel> {
    const { endpoints, defaultModel } = this.#options;
    if (wanted !== "" || defaultModel !== "") return resolveModel(endpoints, defaultModel, wanted);
    const known = this.#firstModel;
    if (known && performance.now() < known.until) return known.model;
    const model = await resolveModel(endpoints, "", "");
    this.#firstModel = { model, until: performance.now() + DEFAULT_MODEL_FOR_MS };
    return model;
  }

  async listModels(): Promise<readonly AgentModel[]> {
    return listModels(this.#options.endpoints);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
  }
}
