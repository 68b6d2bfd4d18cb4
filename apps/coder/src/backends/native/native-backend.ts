import type { AttachmentTakes } from "@boocode/shared/attachments/attachment";
import type { AgentModel } from "@boocode/shared/agents/agent";
import type {
  AgentBackend,
  AgentConversation,
  AgentDetails,
  BackendLogger,
  History,
  ModelEndpoint,
  OpenAgentInput,
  StagedFiles,
} from "@boocode/shared/agents/agent-backend";
import { ContextSizes } from "./context-sizes.ts";
import { listModels, resolveModel, type ResolvedModel } from "./model-catalog.ts";
import { loadModelSdk, type ModelSdk } from "./model-sdk.ts";
import type { ReadBlob } from "./past-files.ts";
import { NativeConversation } from "./native-conversation.ts";
import { PartWriter } from "./part-writer.ts";
import { streamStep } from "./stream-step.ts";

const STALL_MS = 120_000;
const MAX_STEPS = 60;
/** How long an endpoint's first model is cached as the default: some endpoints take a second to list models. */
const DEFAULT_MODEL_FOR_MS = 60_000;

export interface NativeBackendOptions {
  /** Returns the endpoints to use now, in order of preference; the same array until they change. By default, the first model of the first one answers. */
  endpoints(): readonly ModelEndpoint[];
  /** Whether an endpoint with this id was removed. */
  isRemoved(endpointId: string): boolean;
  /** The default model, as in `tasks.send`; empty for none. */
  defaultModel: string;
  history: History;
  /** Reads the content of an attached file; null if it is not stored any more. */
  readBlob: ReadBlob;
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

export interface AskInput {
  /** As in `tasks.send`; empty: the default. */
  model: string;
  instructions: string;
  prompt: string;
  signal: AbortSignal;
}

/** Drives BooCode's own agent: a loop over an OpenAI-compatible model with tools that work in the session's worktree. */
export class NativeBackend implements AgentBackend {
  readonly kind = "native";
  readonly waitsToAct = true;
  readonly #options: NativeBackendOptions;
  readonly #conversations = new Set<AgentConversation>();
  readonly #contextSizes = new ContextSizes();
  /** The models that were found to take no images. */
  readonly #refusedImages = new Set<string>();
  /** As they were listed last. */
  #models: readonly AgentModel[] = [];
  #sdk: Promise<ModelSdk> | null = null;
  #firstModel: { model: ResolvedModel; until: number; endpoints: readonly ModelEndpoint[] } | null = null;

  constructor(options: NativeBackendOptions) {
    this.#options = options;
  }

  async open(opened: OpenAgentInput): Promise<AgentConversation> {
    const { history, staged, readBlob, gitVariables, logger, stallMs = STALL_MS, maxSteps = MAX_STEPS } = this.#options;
    const conversation = new NativeConversation({
      opened,
      history,
      staged,
      readBlob,
      takesOf: (model) => this.#takesOf(model),
      onImagesRefused: (model) => void this.#refusedImages.add(model.fullId),
      gitVariables,
      loadSdk: () => (this.#sdk ??= loadModelSdk()),
      resolveModel: (wanted) => this.#resolveModel(wanted),
      contextSizeOf: (model) => this.#contextSizes.sizeOf(model),
      stallMs,
      maxSteps,
      logger,
    });
    this.#conversations.add(conversation);
    void conversation.closed.then(() => this.#conversations.delete(conversation));
    return conversation;
  }

  details(): AgentDetails {
    return { version: null, modes: [], takes: { images: null, paths: false } };
  }

  #takesOf({ fullId }: ResolvedModel): AttachmentTakes {
    const said = this.#models.find(({ id }) => id === fullId)?.takesImages ?? null;
    // Its tools read only the worktree.
    return { images: this.#refusedImages.has(fullId) ? false : said, paths: false };
  }

  async #resolveModel(wanted: string): Promise<ResolvedModel> {
    const { defaultModel, isRemoved } = this.#options;
    const endpoints = this.#options.endpoints();
    if (wanted !== "" || defaultModel !== "") return resolveModel({ endpoints, isRemoved }, defaultModel, wanted);
    const known = this.#firstModel;
    if (known?.endpoints === endpoints && performance.now() < known.until) return known.model;
    const model = await resolveModel({ endpoints, isRemoved }, "", "");
    this.#firstModel = { model, until: performance.now() + DEFAULT_MODEL_FOR_MS, endpoints };
    return model;
  }

  /** The first model of the first endpoint, also while that endpoint is down: a turn does not go to another one by itself. */
  async findDefaultModel(): Promise<{ model: string; problem: string | null }> {
    const { defaultModel } = this.#options;
    if (defaultModel !== "") return { model: defaultModel, problem: null };
    const endpoints = this.#options.endpoints();
    return this.#resolveModel("").then(
      ({ fullId }) => ({ model: fullId, problem: null }),
      (error: Error) => {
        const known = this.#firstModel?.endpoints === endpoints ? this.#firstModel.model.fullId : "";
        return { model: known, problem: error.message };
      },
    );
  }

  /**
   * Asks a model one question, outside of any chat and without tools. Returns its answer, and the model that gave it. Throws `ModelFailure`,
   * or the signal's reason.
   */
  async ask({ model: wanted, instructions, prompt, signal }: AskInput): Promise<{ text: string; model: string }> {
    const { stallMs = STALL_MS } = this.#options;
    const [model, sdk] = await Promise.all([this.#resolveModel(wanted), (this.#sdk ??= loadModelSdk())]);
    const { text } = await streamStep({
      sdk,
      model,
      toolbox: { tools: [], isInReview: false, instructions },
      instructions,
      messages: [{ role: "user", content: prompt }],
      mayCallTools: true,
      signal,
      parts: new PartWriter(() => {}),
      stallMs,
      usedIds: new Set(),
    });
    return { text, model: model.fullId };
  }

  async listModels(): Promise<readonly AgentModel[]> {
    this.#models = await listModels(this.#options.endpoints());
    return this.#models.map((model) => (this.#refusedImages.has(model.id) ? { ...model, takesImages: false } : model));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
  }
}
