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
import { worksStaged } from "@boocode/shared/agents/review-mode";
import type { PermissionId } from "@boocode/shared/ids";
import { CommandAsks } from "./command-guard.ts";
import type { ResolvedModel } from "./model-catalog.ts";
import { ModelFailure } from "./wire/model-failure.ts";
import type { ModelSdk } from "./model-sdk.ts";
import { runTurn } from "./run-turn.ts";

const MAX_HISTORY_ITEMS = 1_000;

export interface NativeConversationInput {
  opened: OpenAgentInput;
  history: History;
  /** See `CommandGuard.gitVariables`. */
  gitVariables(cwd: string): Promise<Readonly<Record<string, string>>>;
  loadSdk(): Promise<ModelSdk>;
  resolveModel(wanted: string): Promise<ResolvedModel>;
  staged: StagedFiles;
  stallMs: number;
  maxSteps: number;
  logger: BackendLogger;
}

interface RunningTurn {
  abort: AbortController;
  settled: Promise<void>;
  isClosing: boolean;
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

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#running) throw new Error("A turn is running in this conversation");
    const abort = new AbortController();
    const settled = Promise.withResolvers<void>();
    const running: RunningTurn = { abort, settled: settled.promise, isClosing: false };
    this.#running = running;
    const end = await this.#run(prompt, abort.signal);
    this.#running = null;
    settled.resolve();
    return running.isClosing && end.state === "cancelled" ? { ...end, state: "interrupted", cause: "daemon_shutdown" } : end;
  }

  async cancel(): Promise<void> {
    this.#running?.abort.abort();
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

  async #run(prompt: PromptInput, signal: AbortSignal): Promise<TurnEnd> {
    const { opened, history, gitVariables, loadSdk, resolveModel, staged, stallMs, maxSteps, logger } = this.#input;
    const { chatId, agent } = opened;
    let isOver = false;
    const refuse = (cause: "storage_failed" | "worktree_failed", message: string, error: unknown): never => {
      logger.error({ err: error, chatId: opened.chatId }, message);
      throw new ModelFailure(cause, message);
    };
    try {
      return await runTurn({
        loadSdk,
        resolveModel: () => resolveModel(prompt.model),
        readHistory: () =>
          history
            .read(opened.chatId, prompt.taskId, MAX_HISTORY_ITEMS)
            .catch((error: unknown) => refuse("storage_failed", "What was said before could not be read.", error)),
        agent,
        openFolder: () =>
          ConfinedFolder.open(opened.worktreePath).catch((error: unknown) =>
            refuse("worktree_failed", "The session's worktree is not there, or may not be read.", error),
          ),
        mayAct: prompt.mayAct ?? Promise.resolve(),
        staged: worksStaged(agent, prompt.mode) ? staged.open({ chatId, taskId: prompt.taskId, agent }) : null,
        text: prompt.text,
        wantedModel: prompt.model,
        env: opened.env,
        guard: opened.projectTrusted ? null : { ask: (...request) => this.#asks.ask(...request), gitVariables },
        signal,
        emit: (event) => (isOver ? undefined : prompt.emit(event)),
        stallMs,
        maxSteps,
        logger,
      });
    } finally {
      isOver = true;
    }
  }
}
