import { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import type {
  AgentConversation,
  BackendLogger,
  History,
  OpenAgentInput,
  PromptInput,
  StagedFiles,
  TurnEnd,
} from "@boocode/shared/agents/agent-backend";
import { type AttachmentTakes, TAKES_WORDS } from "@boocode/shared/attachments/attachment";
import { withTexts } from "@boocode/shared/attachments/given-content";
import { withHandover } from "@boocode/shared/agents/handoff/handover-frame";
import { isNativeMode, PLAN_MODE, plansOnly, worksStaged } from "@boocode/shared/agents/native-modes";
import type { PermissionId } from "@boocode/shared/ids";
import { CommandAsks } from "./command-guard.ts";
import type { ReadBlob } from "./past-files.ts";
import type { ResolvedModel } from "./model-catalog.ts";
import { ModelFailure } from "./wire/model-failure.ts";
import type { ModelSdk } from "./model-sdk.ts";
import { runTurn } from "./run-turn.ts";
import { WaitingWords } from "./waiting-words.ts";
import { toReadFolder } from "./tools/folder/tool-folder.ts";

const MAX_HISTORY_ITEMS = 1_000;

export interface NativeConversationInput {
  opened: OpenAgentInput;
  history: History;
  /** See `CommandGuard.gitVariables`. */
  gitVariables(cwd: string): Promise<Readonly<Record<string, string>>>;
  loadSdk(): Promise<ModelSdk>;
  resolveModel(wanted: string): Promise<ResolvedModel>;
  contextSizeOf(model: ResolvedModel): Promise<number | null>;
  staged: StagedFiles;
  readBlob: ReadBlob;
  takesOf(model: ResolvedModel): AttachmentTakes;
  onImagesRefused(model: ResolvedModel): void;
  stallMs: number;
  maxSteps: number;
  logger: BackendLogger;
}

interface RunningTurn {
  abort: AbortController;
  settled: Promise<void>;
  isClosing: boolean;
  words: WaitingWords;
}

/** The native agent's context for one chat. It has no process and no state: each turn reads the chat again. */
export class NativeConversation implements AgentConversation {
  readonly agentSessionId = null;
  readonly continuity = "history";
  readonly closed: Promise<void>;
  readonly #input: NativeConversationInput;
  readonly #resolveClosed: () => void;
  readonly #asks = new CommandAsks();
  #running: RunningTurn | null = null;
  #isClosed = false;

  constructor(input: NativeConversationInput) {
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#input = input;
  }

  async takes(model: string): Promise<AttachmentTakes> {
    const { resolveModel, takesOf } = this.#input;
    // A model that cannot be found fails the turn, which says why.
    return resolveModel(model).then(takesOf, () => TAKES_WORDS);
  }

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#running) throw new Error("A turn is running in this conversation");
    const abort = new AbortController();
    const settled = Promise.withResolvers<void>();
    const running: RunningTurn = { abort, settled: settled.promise, isClosing: false, words: new WaitingWords() };
    this.#running = running;
    const end = await this.#run(prompt, running);
    running.words.close();
    this.#running = null;
    settled.resolve();
    return running.isClosing && end.state === "cancelled" ? { ...end, state: "interrupted", cause: "daemon_shutdown" } : end;
  }

  async cancel(): Promise<void> {
    this.#running?.abort.abort();
  }

  /** The words are taken with the turn's next request to the model; a turn that would end goes on for them. */
  async steer(_text: string, take: () => Promise<string | null>): Promise<boolean> {
    return this.#running?.words.add(take) ?? false;
  }

  /** Answers a permission request. The agent asks before each command in an untrusted project; its other tools are confined to the worktree. */
  async answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void> {
    this.#asks.answer(permissionId, optionId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    if (running) {
      running.isClosing = true;
      running.abort.abort();
      await running.settled;
    }
    this.#resolveClosed();
  }

  async #run(prompt: PromptInput, { abort: { signal }, words }: RunningTurn): Promise<TurnEnd> {
    const { opened, history, gitVariables, loadSdk, resolveModel, contextSizeOf, staged, stallMs, maxSteps, logger } = this.#input;
    const { readBlob, takesOf, onImagesRefused } = this.#input;
    const attachments = prompt.attachments ?? [];
    const { chatId, agent } = opened;
    let isOver = false;
    const emit: PromptInput["emit"] = (event) => (isOver ? undefined : prompt.emit(event));
    const refuse = (cause: "storage_failed" | "worktree_failed", message: string, error: unknown): never => {
      logger.error({ err: error, chatId: opened.chatId }, message);
      throw new ModelFailure(cause, message);
    };
    try {
      return await runTurn({
        loadSdk,
        resolveModel: () => resolveModel(prompt.model),
        contextSizeOf,
        readHistory: () =>
          history
            .read(opened.chatId, prompt.taskId, MAX_HISTORY_ITEMS)
            .catch((error: unknown) => refuse("storage_failed", "What was said before could not be read.", error)),
        agent,
        openPlace: async () => {
          const disk = await ConfinedFolder.open(opened.worktreePath).catch((error: unknown) =>
            refuse("worktree_failed", "The session's worktree is not there, or may not be read.", error),
          );
          if (plansOnly(agent, prompt.mode)) {
            if (!isNativeMode(prompt.mode)) await emit({ type: "notice", level: "warning", text: describeUnknownMode(prompt.mode) });
            return { mode: "plan", files: toReadFolder(disk) };
          }
          const { env } = opened;
          const guard = opened.projectTrusted ? null : { ask: this.#asks.ask.bind(this.#asks), gitVariables };
          if (!worksStaged(agent, prompt.mode)) return { mode: "auto", disk, staged: null, env, guard };
          return { mode: "review", disk, staged: staged.open({ chatId, taskId: prompt.taskId, agent }), env, guard };
        },
        mayAct: prompt.mayAct ?? Promise.resolve(),
        readsGuides: opened.projectTrusted,
        text: withHandover(prompt.handover, withTexts(prompt.text, attachments)),
        images: attachments.filter((file) => file.how === "image"),
        takesOf,
        readBlob,
        onImagesRefused,
        wantedModel: prompt.model,
        signal,
        takeWords: () => words.take(),
        emit,
        stallMs,
        maxSteps,
        logger,
      });
    } finally {
      isOver = true;
    }
  }
}

const describeUnknownMode = (mode: string) =>
  `This agent has no mode “${mode}”. It worked in mode ${PLAN_MODE.label}, in which it only reads. Choose one of its modes to let it change something.`;
